import type { AccountId, GroupId, PeerId, RecordId } from '../ids.ts'
import { compareTime } from './hybrid-time.ts'

/**
 * Place in a group's shown order: hybrid time, then the device as tie-break. An effect never sorts before its cause
 * (SPEC L-9).
 */
export interface Order {
  /** How often a clock that ran far ahead was overruled before; a later era comes after, whatever its ms. */
  era: number
  /** ms since 1970, by the author's clock, or up to five minutes later so that it follows what the author had seen. */
  ms: number
  count: number
  device: PeerId
}

/** One record of a group's log, checked and decrypted. */
export interface Entry<T = unknown> {
  /** Local order of arrival: grows by one or more, never reused. Store the last one seen to resume `follow`. */
  position: number
  group: GroupId
  id: RecordId
  kind: string
  account: AccountId
  device: PeerId
  /** 1, 2, 3 … per device and group. */
  seq: number
  order: Order
  /** Its time tells nothing: its author's clock ran ahead of this device's, or was never set. */
  isTimeOff: boolean
  data: T
}

export interface Page<T> {
  /** Oldest first, in shown order. */
  entries: Entry<T>[]
  /** Pass as `before` for the page before this one; undefined at the beginning of the history. */
  before: Order | undefined
}

/** Negative when `a` is shown before `b`. */
export function compareOrder(a: Order, b: Order): number {
  return compareTime(a, b) || (a.device < b.device ? -1 : a.device > b.device ? 1 : 0)
}
