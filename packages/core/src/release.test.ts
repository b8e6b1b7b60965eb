import { expect, it } from 'vitest'
import { release } from './release.ts'

it('[T-106] gives a long message back, also when it is what stands behind a header', () => {
  const message = new Uint8Array(1_048_581)
  const content = message.subarray(5)
  release(content)
  expect([message.length, content.length]).toEqual([0, 0])
})

it('[T-106] leaves short messages, and bytes that share their memory, alone', () => {
  const [short, shared] = [new Uint8Array(100), new Uint8Array(1_048_576)]
  release(short)
  release(shared.subarray(0, 500_000))
  expect([short.length, shared.length]).toEqual([100, 1_048_576])
})
