import type { PeerId } from '@borgo/core'
import { expect, it } from 'vitest'
import { UploadSlots } from './upload-slots.ts'

it('[D-26] there are 4 slots for one peer, and 32 in all', () => {
  const slots = new UploadSlots()
  const take = (peer: string): Disposable | undefined => slots.take(peer as PeerId)
  const first = [1, 2, 3, 4].map(() => take('A'))
  expect(take('A')).toBeUndefined()
  first[0]?.[Symbol.dispose]()
  expect(take('A')).toBeDefined()
  for (let i = 0; i < 28; i++) expect(take(`peer ${i}`)).toBeDefined()
  expect(take('Z')).toBeUndefined()
})
