import type { GroupId, PeerId, RecordId } from '../ids.ts'
import type { Logger } from '../logger.ts'
import type { Chains, GroupChains } from './chains.ts'
import type { SignedRecord } from './record.ts'
import { SetHash } from './set-hash.ts'
import type { LogTable } from './table.ts'
import type { ChainRow } from './table/chain-table.ts'
import type { SignedHeader } from './table/row.ts'

/** From which seq on nothing of a stopped device counts, and a hash of all that is known from there on. */
export interface Mark {
  from: number
  digest: string
}

/** Headers in one portion of evidence: 100 longest fit into a message. */
export const EVIDENCE_HEADERS = 100
/** What is kept of a stopped device beside its chain. */
const MOST_EVIDENCE = 10_000

/** Devices that contradict themselves: stopping them, and what proves it. */
export interface Forks {
  /** Nothing of a device counts from its first contradiction on, whichever of its histories came here first. */
  mark(state: GroupChains, chain: ChainRow, seq: number): void
  /** Others may have followed it before they could know, and could not be understood without it. False when it is too much. */
  keep(state: GroupChains, chain: ChainRow, record: SignedRecord): boolean
  /** Stops a device that contradicts itself in these headers or against what is here; whether that is news. */
  accuse(state: GroupChains, device: PeerId, records: readonly SignedRecord[]): boolean
  marks(state: GroupChains): ReadonlyMap<PeerId, Mark>
  /** The headers that contradict each other, of a device that is stopped. */
  proof(chain: ChainRow): SignedHeader[]
  /** What a device signed between two seqs, by seq, in portions. */
  headers(chain: ChainRow, from: number, to: number): Generator<SignedHeader[]>
  /** What it signed beside its chain, from after one on, in portions. */
  beside(chain: ChainRow, after: number): Generator<{ headers: SignedHeader[]; last: number }>
}

export function createForks(options: {
  table: LogTable
  chains: Chains
  /** A device of a group was stopped, or earlier than it was: what it wrote from there on is to be hidden. */
  onStopped(group: GroupId): void
  logger: Logger
}): Forks {
  const { chains, logger, onStopped, table } = options
  /** The first seq at which a device's headers contradict each other or what is here. */
  const contradiction = (chain: ChainRow | undefined, records: readonly SignedRecord[]): number | undefined => {
    const ids = new Map<number, RecordId>()
    const idAt = (seq: number): RecordId | undefined => ids.get(seq) ?? (chain && table.idAt(chain.no, seq))
    let first: number | undefined
    const sorted = [...records].sort((a, b) => a.header.seq - b.header.seq)
    for (const { id, header } of sorted) {
      const { seq, prev } = header
      const before = idAt(seq - 1)
      const isOther = (idAt(seq) ?? id) !== id || (before !== undefined && before !== prev)
      if (isOther && (first === undefined || seq < first)) first = seq
      ids.set(seq, idAt(seq) ?? id)
    }
    return first
  }

  const forks: Forks = {
    mark(state, chain, seq) {
      if (chain.forkedAt !== undefined && chain.forkedAt <= seq) return
      const digest = state.digests.get(chain.device)
      if (digest) for (const id of table.idsBetween(chain.no, seq, (chain.forkedAt ?? seq) - 1)) digest.add(id)
      chains.stop(chain, seq)
      onStopped(state.id)
      logger.warn('a device wrote two histories and is stopped', { device: chain.device, seq })
    },
    keep(state, chain, record) {
      if (table.forkCount(chain.no) >= MOST_EVIDENCE) return false
      table.addFork(chain.no, record)
      // What is before the place where it was stopped counts when that is moved there.
      if (record.header.seq >= (chain.forkedAt ?? Infinity)) state.digests.get(chain.device)?.add(record.id)
      return true
    },
    accuse(state, device, records) {
      const known = state.chains.get(device)
      const first = contradiction(known, records)
      if (first === undefined && known?.forkedAt === undefined) return false
      const chain = chains.chain(state, device)
      const before = chain.forkedAt
      if (first !== undefined) forks.mark(state, chain, first)
      const from = chain.forkedAt ?? Infinity
      let isNew = from !== before
      for (const record of records) {
        if (record.header.seq < from || table.timeOf(state.no, record.id)) continue
        if (forks.keep(state, chain, record)) isNew = true
      }
      return isNew
    },
    marks(state) {
      const marks = new Map<PeerId, Mark>()
      for (const { device, forkedAt, no } of state.chains.values()) {
        if (forkedAt === undefined) continue
        const known = state.digests.get(device) ?? hashOf(table.idsBetween(no, forkedAt, Number.MAX_SAFE_INTEGER))
        state.digests.set(device, known)
        marks.set(device, { from: forkedAt, digest: known.digest(`${forkedAt}`) })
      }
      return marks
    },
    proof({ forkedAt, no }) {
      if (forkedAt === undefined) return []
      return [...table.headersBetween(no, forkedAt - 1, forkedAt, 2), ...table.forksAt(no, forkedAt, 2)]
    },
    *headers({ no }, from, to) {
      for (let next: number | undefined = from; next !== undefined;) {
        const portion: (SignedHeader & { seq: number })[] = table.headersBetween(no, next, to, EVIDENCE_HEADERS)
        if (portion.length > 0) yield portion
        next = portion.length < EVIDENCE_HEADERS ? undefined : (portion.at(-1)?.seq ?? to) + 1
      }
    },
    *beside({ no }, after) {
      for (let last: number | undefined = after; last !== undefined;) {
        const portion: (SignedHeader & { row: number })[] = table.forks(no, last, EVIDENCE_HEADERS)
        const end: number = portion.at(-1)?.row ?? last
        if (portion.length > 0) yield { headers: portion, last: end }
        last = portion.length < EVIDENCE_HEADERS ? undefined : end
      }
    }
  }
  return forks
}

function hashOf(ids: Iterable<RecordId>): SetHash {
  const hash = new SetHash()
  for (const id of ids) hash.add(id)
  return hash
}
