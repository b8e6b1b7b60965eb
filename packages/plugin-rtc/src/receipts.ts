import type { Group, GroupId, PeerId, PluginContext } from '@borgo/core'
import type { Ledger } from './ledger.ts'
import { RECEIPT_DEVICES, receipt } from './records.ts'
import type { Marks, Receipt } from './records.ts'

/** Deliveries are confirmed together, this long after the first, ms. */
export const CONFIRM_MS = 1_000
/** Above so many members nobody confirms: n receipts a message would drown the conversation. */
export const RECEIPT_MEMBERS = 64
/** A receipt that speaks of so many devices is as short as one of what is new. */
const SHORT = 4
/** Receipts of what is new alone, until the next one says all and takes their place. */
const ADDED = 31

export interface Receipts {
  /** A message of somebody else was stored. */
  arrived(group: GroupId): void
  /** Writes that everything here was read. */
  read(group: Group): Promise<void>
}

/** Confirms deliveries in batches, also those that a stop left unconfirmed. */
export function startReceipts(context: PluginContext, ledger: Ledger): Receipts {
  const { account } = context.self
  const waiting = new Map<GroupId, () => void>()
  /** How many were written since one said all; unknown after a start. */
  const added = new Map<GroupId, number>()
  const confirms = (group: Group): boolean => group.members().length <= RECEIPT_MEMBERS

  /** All that is here, and all that was read. */
  const whole = (group: Group): Receipt => {
    const read = ofMembers(group, ledger.readBy(group.id, account))
    const delivered = ofMembers(group, ledger.newest(group.id))
    return { read, delivered: only(delivered, (device, seq) => seq > (read[device] ?? 0)) }
  }
  const write = async (group: Group, news: Receipt): Promise<void> => {
    const all = whole(group)
    const before = added.get(group.id) ?? ADDED
    const isWhole = before >= ADDED || new Set([...Object.keys(all.read), ...Object.keys(all.delivered)]).size <= SHORT
    await group.append(receipt, isWhole ? all : news, { adds: !isWhole })
    added.set(group.id, isWhole ? 0 : before + 1)
  }

  const confirm = async (id: GroupId): Promise<void> => {
    waiting.delete(id)
    const group = context.groups.get(id)
    if (!group || !confirms(group)) return
    const delivered = ofMembers(group, ledger.unconfirmed(id, account))
    if (Object.keys(delivered).length === 0) return
    try {
      await write(group, { delivered, read: {} })
    } catch (error) {
      if (!context.signal.aborted) context.log.warn('a delivery was not confirmed', { group: id, error: String(error) })
    }
  }
  const arrived = (id: GroupId): void => {
    if (waiting.has(id)) return
    waiting.set(
      id,
      context.clock.after(CONFIRM_MS, () => void confirm(id))
    )
  }

  context.defer(() => {
    for (const cancel of waiting.values()) cancel()
  })
  for (const group of context.groups.list()) arrived(group.id)
  return {
    arrived,
    async read(group) {
      const read = ledger.newest(group.id)
      if (ledger.unreadCount(group.id) === 0) return
      ledger.clearUnread(group.id, read)
      // Before it is written: what takes the place of earlier receipts says all that they said.
      ledger.raise(group.id, account, { delivered: {}, read })
      if (confirms(group)) await write(group, { delivered: {}, read: ofMembers(group, read) })
    }
  }
}

/** Nobody asks how far others are with somebody who is gone. */
function ofMembers(group: Group, marks: Marks): Marks {
  const present = only(marks, device => group.member(device) !== undefined)
  return Object.fromEntries(Object.entries(present).slice(0, RECEIPT_DEVICES))
}

function only(marks: Marks, isMeant: (device: PeerId, seq: number) => boolean): Marks {
  return Object.fromEntries(Object.entries(marks).filter(([device, seq]) => isMeant(device as PeerId, seq)))
}
