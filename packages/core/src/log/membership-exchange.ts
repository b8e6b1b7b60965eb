import { createHash } from 'node:crypto'
import type { GroupId } from '../ids.ts'
import type { Stream } from '../stream.ts'
import type { Members } from './members.ts'
import * as wire from './protocol.ts'

/** Operations that the peer showed and that are remembered, so that it is not sent them. */
const MAX_SHOWN = 4_096

/** Telling one peer who is in the group; what it is sent by others meanwhile it need not get from here. */
export interface MembershipExchange {
  /** What the peer had when it came. */
  onGreeting(heads: readonly Uint8Array[]): void
  /** The peer sent these operations: it has them and all that they follow. */
  onShown(operations: readonly Uint8Array[]): void
  /** The peer says what it has, and whether it wants what it lacks. */
  onHeads(heads: readonly Uint8Array[], wants: boolean): void
  /** Membership changed: by what is to be told at once, or by what the peer may hear from others, too. */
  onChange(by: 'news' | 'hearsay'): void
  /** What the peer was not told yet. */
  untold(): 'nothing' | 'hearsay' | 'news'
  /** Sends the operations that the peer lacks. */
  tell(): Promise<void>
  /** Says what there is instead of sending what the peer got from others by now, and asks for what we lack. */
  tellHeads(options: { mayAnnounce: boolean }): Promise<void>
}

export function createMembershipExchange(options: {
  group: GroupId
  stream: Pick<Stream, 'send'>
  members: Members
}): MembershipExchange {
  const { group, stream, members } = options
  let theirHeads: readonly Uint8Array[] = []
  let saidHeads: readonly Uint8Array[] | undefined
  /** What the peer showed since then: it has these and all that they follow. */
  let shownHeads: Uint8Array[] = []
  let untold: 'nothing' | 'hearsay' | 'news' = 'news'
  let doWeLack = false

  const show = (heads: readonly Uint8Array[]): void => {
    shownHeads = [...shownHeads, ...heads].slice(-MAX_SHOWN)
  }

  return {
    onGreeting(heads) {
      theirHeads = heads
    },
    onShown: operations => show(operations.map(hashOf)),
    onHeads(heads, wants) {
      show(heads)
      if (wants) untold = 'news'
      else doWeLack = !members.holds(group, heads)
    },
    onChange(by) {
      if (by === 'news' || untold === 'nothing') untold = by
    },
    untold: () => untold,
    async tell() {
      untold = 'nothing'
      const heads = members.heads(group)
      if (saidHeads && sameHeads(saidHeads, heads)) return
      const isFirst = saidHeads === undefined
      const operations = members.since(group, [...(saidHeads ?? theirHeads), ...shownHeads])
      saidHeads = heads
      shownHeads = []
      if (operations.length === 0 && !isFirst) return
      for (const message of wire.encodeOperations(operations, isFirst)) await stream.send(message)
    },
    async tellHeads({ mayAnnounce }) {
      if (untold === 'hearsay' && mayAnnounce) {
        untold = 'nothing'
        const heads = members.heads(group)
        if (heads.every(head => shownHeads.some(shown => isEqual(shown, head)))) {
          saidHeads = heads
          shownHeads = []
        } else await stream.send(wire.encodeHeads(heads, false))
      }
      if (!doWeLack) return
      doWeLack = false
      await stream.send(wire.encodeHeads(members.heads(group), true))
    }
  }
}

function sameHeads(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((head, index) => isEqual(head, b[index] ?? new Uint8Array()))
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

/** The id of an operation, raw. */
function hashOf(operation: Uint8Array): Uint8Array {
  return createHash('sha256').update(operation).digest()
}
