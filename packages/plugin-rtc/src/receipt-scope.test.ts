import type { AccountId, Member, PeerId } from '@borgo/core'
import { describe, expect, it } from 'vitest'
import { withinScope } from './receipt-scope.ts'

const [ADA, BEN, EVE] = ['ada', 'ben', 'eve'] as AccountId[] as [AccountId, AccountId, AccountId]
const [LAPTOP, PHONE, OTHER] = ['laptop', 'phone', 'other'] as PeerId[] as [PeerId, PeerId, PeerId]
const devices = new Map<string, PeerId[]>([
  [ADA, [LAPTOP]],
  [BEN, [PHONE]]
])
const group = {
  member: (id: AccountId | PeerId) =>
    devices.has(id) ? ({ account: id, devices: devices.get(id) } as Member) : undefined
}
const scope = { group, self: ADA, newest: { [PHONE]: 7 } }
const said = { delivered: { [LAPTOP]: 3, [PHONE]: 4, [OTHER]: 5 }, read: { [OTHER]: 5, [LAPTOP]: 2 } }

describe('a receipt', () => {
  it('[R-12] of a member counts for this person’s devices', () => {
    expect(withinScope(said, BEN, scope)).toEqual({ delivered: { [LAPTOP]: 3 }, read: { [LAPTOP]: 2 } })
  })

  it('[R-12] of this person counts for others’ messages that are here, too', () => {
    expect(withinScope(said, ADA, scope)).toEqual({ delivered: { [LAPTOP]: 3, [PHONE]: 4 }, read: { [LAPTOP]: 2 } })
  })

  it('[R-12] of who is no member counts for nothing', () => {
    expect(withinScope(said, EVE, scope)).toBeUndefined()
  })
})
