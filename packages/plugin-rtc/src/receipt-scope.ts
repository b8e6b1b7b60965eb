import type { AccountId, Group, PeerId } from '@borgo/core'
import type { Marks, Receipt } from './records.ts'

/** Where a receipt arrives. */
export interface ReceiptScope {
  group: Pick<Group, 'member'>
  /** This person. */
  self: AccountId
  /** The devices of others whose messages are here. */
  newest: Marks
}

/**
 * What of a receipt is ever looked up: how far members are with this person's messages, and this person with those of
 * others. Undefined: nothing. So a member who makes up devices, or is none any more, fills nobody's disk.
 */
export function withinScope(receipt: Receipt, reader: AccountId, scope: ReceiptScope): Receipt | undefined {
  const { group, self, newest } = scope
  if (!group.member(reader)) return undefined
  const own = new Set(group.member(self)?.devices)
  const isHeeded = (device: string): boolean =>
    own.has(device as PeerId) || (reader === self && Object.hasOwn(newest, device))
  const only = (marks: Marks): Marks => Object.fromEntries(Object.entries(marks).filter(([device]) => isHeeded(device)))
  return { delivered: only(receipt.delivered), read: only(receipt.read) }
}
