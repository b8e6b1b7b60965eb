import type { Group, GroupId, PluginContext } from '@borgo/core'
import type { Ledger } from './ledger.ts'
import { receipt } from './records.ts'

/** Deliveries are confirmed together, this long after the first, ms. */
export const CONFIRM_MS = 1_000
/** Above so many members nobody confirms: n receipts a message would drown the conversation. */
export const RECEIPT_MEMBERS = 64

export interface Receipts {
  /** A message of somebody else was stored. */
  arrived(group: GroupId): void
  /** Writes that everything here was read. */
  read(group: Group): Promise<void>
}

/** Confirms deliveries in batches, also those that a stop left unconfirmed. */
export function startReceipts(context: PluginContext, ledger: Ledger): Receipts {
  const waiting = new Map<GroupId, () => void>()
  const confirms = (group: Group): boolean => group.members().length <= RECEIPT_MEMBERS

  const confirm = async (id: GroupId): Promise<void> => {
    waiting.delete(id)
    const group = context.groups.get(id)
    const delivered = ledger.unconfirmed(id, context.self.account)
    if (!group || Object.keys(delivered).length === 0 || !confirms(group)) return
    try {
      await group.append(receipt, { delivered, read: {} })
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
      if (confirms(group)) await group.append(receipt, { delivered: {}, read })
    }
  }
}
