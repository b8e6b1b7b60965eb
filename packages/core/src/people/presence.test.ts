import { expect, it } from 'vitest'
import { PRESENCE_STATES, bestOf, claimOf } from './presence.ts'

it('[K-12] a person is as reachable as at the best of their devices, in the eight states', () => {
  expect(PRESENCE_STATES).toHaveLength(8)
  expect(bestOf([])).toEqual({ state: 'offline', text: '' })
  expect(
    bestOf([
      { state: 'idle', text: 'phone' },
      { state: 'online', text: 'desk' },
      { state: 'away', text: '' }
    ])
  ).toEqual({ state: 'online', text: 'desk' })
})

it('[K-12] who is online and away from the device is idle there; what they chose stays', () => {
  expect(claimOf({ state: 'online', text: 'hi' }, true)).toEqual({ state: 'idle', text: 'hi' })
  expect(claimOf({ state: 'busy', text: '' }, true)).toEqual({ state: 'busy', text: '' })
  expect(claimOf({ state: 'online', text: 'hi' }, false)).toEqual({ state: 'online', text: 'hi' })
  expect(claimOf({ state: 'offline', text: 'do not tell' }, false)).toEqual({ state: 'offline', text: '' })
})
