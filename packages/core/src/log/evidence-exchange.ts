import { coreError } from '../errors.ts'
import type { GroupId, PeerId } from '../ids.ts'
import type { Stream } from '../stream.ts'
import { EVIDENCE_HEADERS } from './forks.ts'
import type { Journal } from './journal.ts'
import type { SignedHeader } from './table/row.ts'
import * as wire from './protocol.ts'

/** What the peer was told of a stopped device: of its chain from `low` to `high`, and beside it up to `row`. */
interface Told {
  digest: string
  low: number
  high: number
  row: number
}

/** Showing one peer which devices contradict themselves, until it knows as much as we do. Nothing is shown twice. */
export interface EvidenceExchange {
  /** What the peer knows of devices that were stopped. Throws BAD_MESSAGE. */
  onMarks(marks: ReadonlyMap<PeerId, string>): void
  /** The peer holds another record than we do. */
  suspect(device: PeerId, seq: number): void
  /** Whoever holds another record than we do is shown ours: one side or the other then holds the proof. */
  showSuspects(): Promise<void>
  /** Whether there was anything to tell. */
  tellMarks(before: () => Promise<void>): Promise<boolean>
}

export function createEvidenceExchange(options: {
  group: GroupId
  stream: Pick<Stream, 'send'>
  journal: Pick<Journal, 'marks' | 'proof' | 'headers' | 'beside' | 'tip'>
  /** Whether the peer may be sent so many bytes more. */
  mayServe(bytes: number): boolean
}): EvidenceExchange {
  const { group, journal, mayServe, stream } = options
  let theirs: Map<PeerId, string> | undefined
  const told = new Map<PeerId, Told>()
  const suspects = new Map<PeerId, number>()

  /** False when the peer was sent enough within the hour. */
  const show = async (headers: readonly SignedHeader[]): Promise<boolean> => {
    const message = wire.encodeEvidence(headers)
    if (!mayServe(message.length)) return false
    await stream.send(message)
    return true
  }

  const showHeaders = async (device: PeerId, from: number, to: number): Promise<void> => {
    if (from > to) return
    for (const portion of journal.headers(group, device, from, to)) if (!(await show(portion))) return
  }

  const tell = async (device: PeerId, digest: string, from: number): Promise<void> => {
    const start = Math.max(1, from - EVIDENCE_HEADERS)
    const end = journal.tip(group, device)?.seq ?? 0
    const before = told.get(device) ?? { low: end + 1, high: end, row: 0 }
    const now: Told = { digest, low: Math.min(start, before.low), high: Math.max(end, before.high), row: before.row }
    told.set(device, now)
    await stream.send(wire.encodeEvidence(journal.proof(group, device)))
    await showHeaders(device, start, before.low - 1)
    await showHeaders(device, before.high + 1, end)
    for (const { headers, last } of journal.beside(group, device, before.row)) {
      if (!(await show(headers))) return
      now.row = last
    }
  }

  return {
    onMarks(marks) {
      theirs = new Map([...(theirs ?? []), ...marks])
      if (theirs.size > wire.MAX_VECTOR) throw coreError('BAD_MESSAGE', 'more devices than a group may have')
    },
    suspect: (device, seq) => void suspects.set(device, seq),
    async showSuspects() {
      for (const [device, seq] of suspects) {
        suspects.delete(device)
        if (!journal.marks(group).has(device)) await showHeaders(device, Math.max(1, seq - EVIDENCE_HEADERS + 1), seq)
      }
    },
    async tellMarks(before) {
      const known = theirs
      if (!known) return false
      const news = [...journal.marks(group)].filter(
        ([device, { digest }]) => known.get(device) !== digest && told.get(device)?.digest !== digest
      )
      if (news.length === 0) return false
      await before()
      for (const [device, { digest, from }] of news) await tell(device, digest, from)
      await stream.send(wire.encodeMarks(new Map(news)))
      return true
    }
  }
}
