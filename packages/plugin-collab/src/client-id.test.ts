import type { PeerId, RecordId } from '@borgo/core'
import { describe, expect, it } from 'vitest'
import { clientOf } from './client-id.ts'

describe('the id of an editing session', () => {
  it('[C-9] follows from document, device and session, and fits into 53 bits', () => {
    const [document, device] = ['bdoc' as RecordId, '12D3device' as PeerId]
    const id = clientOf(document, device, 7)
    expect(clientOf(document, device, 7)).toBe(id)
    const others = [
      clientOf('bother' as RecordId, device, 7),
      clientOf(document, '12D3other' as PeerId, 7),
      clientOf(document, device, 8)
    ]
    expect(new Set([id, ...others]).size).toBe(4)
    for (const each of [id, ...others]) expect(Number.isSafeInteger(each) && each >= 0).toBe(true)
  })
})
