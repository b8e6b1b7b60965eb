import { createHash } from 'node:crypto'
import { coreError } from '../errors.ts'
import { peerKey } from '../ids.ts'
import type { GroupId, PeerId } from '../ids.ts'
import type { Stream } from '../stream.ts'
import type { Journal, Tip } from './journal.ts'
import * as wire from './protocol.ts'

/** Tips that are named one by one at once: no longer than their digest. */
export const NAMED_AT_ONCE = 16

/**
 * Telling one peer what this device holds, when they meet. Few tips are named; of many a digest is sent, by parts of the
 * devices, and those parts are named that the peer finds to differ from what it holds.
 */
export interface TipsExchange {
  /** Sends what comes first. */
  begin(): Promise<void>
  /** Compares with what is here, and asks for what differs. Throws BAD_MESSAGE the second time. */
  onDigest(hashes: readonly Uint8Array[]): void
  /** The peer asks for parts. Throws BAD_MESSAGE when it may not. */
  onDiffering(parts: readonly number[]): void
  /** Asks and answers. */
  tell(): Promise<void>
}

export function createTipsExchange(options: {
  group: GroupId
  stream: Pick<Stream, 'send'>
  journal: Pick<Journal, 'tips'>
  /** The peer holds the same of these. */
  onSame(tips: Iterable<[PeerId, Tip]>): void
}): TipsExchange {
  const { group, stream, journal, onSame } = options
  /** The digest that was sent, until the peer said what differs. */
  let said: Uint8Array[] | undefined
  let wasTold = false
  let toAsk: number[] = []
  let toName: number[] = []

  return {
    async begin() {
      const tips = journal.tips(group)
      if (tips.size > NAMED_AT_ONCE) {
        said = digestOf(tips)
        await stream.send(wire.encodeDigest(said))
      } else for (const message of wire.encodeHave(tips)) await stream.send(message)
    },
    onDigest(theirs) {
      if (wasTold) throw coreError('BAD_MESSAGE', 'a second digest')
      wasTold = true
      const tips = journal.tips(group)
      const differing = differingParts(digestOf(tips), theirs)
      onSame([...tips].filter(([device]) => !differing.has(partOf(device))))
      toAsk = [...differing]
    },
    onDiffering(parts) {
      if (!said) throw coreError('BAD_MESSAGE', 'parts of what was not told by parts')
      said = undefined
      toName = [...parts]
    },
    async tell() {
      const [asked, named] = [toAsk, new Set(toName)]
      toAsk = []
      toName = []
      if (asked.length > 0) await stream.send(wire.encodeDiffering(asked))
      if (named.size === 0) return
      const tips = [...journal.tips(group)].filter(([device]) => named.has(partOf(device)))
      for (const message of wire.encodeHave(new Map(tips))) await stream.send(message)
    }
  }
}

function partOf(device: PeerId): number {
  return (peerKey(device)[0] ?? 0) % wire.DIGEST_PARTS
}

function digestOf(tips: ReadonlyMap<PeerId, Tip>): Uint8Array[] {
  const hashes = Array.from({ length: wire.DIGEST_PARTS }, () => createHash('sha256'))
  for (const [device, { seq, id }] of [...tips].sort(([a], [b]) => (a < b ? -1 : 1)))
    hashes[partOf(device)]?.update(`${device} ${seq} ${id}\n`)
  return hashes.map(hash => hash.digest().subarray(0, wire.DIGEST_BYTES))
}

function differingParts(ours: readonly Uint8Array[], theirs: readonly Uint8Array[]): Set<number> {
  return new Set(
    ours.flatMap((hash, part) => (Buffer.compare(hash, theirs[part] ?? new Uint8Array()) === 0 ? [] : part))
  )
}
