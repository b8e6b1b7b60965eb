import { coreError } from '../errors.ts'
import type { GroupId, RecordId } from '../ids.ts'
import type { Stream } from '../stream.ts'
import type { Journal } from './journal.ts'
import * as wire from './protocol.ts'
import type { SignedRecord } from './record.ts'
import type { OutgoingRow } from './table/sending-table.ts'

/** Bodies of one chain that one peer was asked for in vain: beyond these, it is asked for no more of that chain. */
const MOST_REFUSED = 256
/** After so many of the latest it is asked for the earliest. */
const LATEST_REFUSED = MOST_REFUSED / 2
/** Chains that one question is shared among: the next ones have their turn with the next question. */
const CHAINS = 32
/** Chains that are looked at for one question: with a peer that has nothing of some, it is asked for others' bodies. */
const MOST_CHAINS = 8 * CHAINS

/** Asking one peer for bodies that are damaged or not here, and answering it. Each side has one question open at a time. */
export interface BodyExchange {
  /** The peer asks for these. Throws BAD_MESSAGE. */
  onAsked(ids: readonly RecordId[]): void
  /** The peer answers; after the last portion, what it did not send it has not got. Throws BAD_MESSAGE, BAD_RECORD. */
  onFound(records: readonly SignedRecord[], last: boolean): void
  ask(): Promise<void>
  answer(): Promise<void>
  /** Others may ask for what is open. */
  end(): void
}

export function createBodyExchange(options: {
  group: GroupId
  stream: Pick<Stream, 'send'>
  journal: Pick<Journal, 'lacking' | 'chainsLacking' | 'byIds' | 'complete'>
  /** What the group's sessions ask for at the moment, so that nothing comes twice. */
  underWay: Set<RecordId>
  /** Whether the peer may be sent so many bytes more. */
  mayServe(bytes: number): boolean
}): BodyExchange {
  const { group, journal, mayServe, stream, underWay } = options
  const asked = new Map<RecordId, number>()
  /** By chain. */
  const refused = new Map<number, Set<RecordId>>()
  /** The last chain that a question was about. */
  let turn = 0
  let theirs: readonly RecordId[] = []

  const close = (): void => {
    for (const id of asked.keys()) underWay.delete(id)
    asked.clear()
  }

  const refuse = (id: RecordId): void => {
    const chain = asked.get(id)
    if (chain === undefined) return
    const known = refused.get(chain)
    if (known) known.add(id)
    else refused.set(chain, new Set([id]))
  }

  /** Some of a chain's that the peer was not asked for in vain. */
  const someOf = (chain: number, limit: number): RecordId[] => {
    const vain = refused.get(chain) ?? new Set<RecordId>()
    if (vain.size >= MOST_REFUSED) return []
    return journal
      .lacking(group, chain, vain.size + underWay.size + limit, { earliestFirst: vain.size >= LATEST_REFUSED })
      .filter(id => !vain.has(id) && !underWay.has(id))
      .slice(0, limit)
  }

  /** Of each chain alike: whoever lacks many bodies, or wrote records that never had one, keeps no others away. */
  const question = (): [RecordId, number][] => {
    const after = journal.chainsLacking(group, turn, MOST_CHAINS)
    const chains = [...after, ...journal.chainsLacking(group, 0, MOST_CHAINS).filter(chain => chain <= turn)]
    const found: { chain: number; ids: RecordId[] }[] = []
    for (const chain of chains.slice(0, MOST_CHAINS)) {
      const ids = someOf(chain, wire.MAX_LOST)
      if (ids.length > 0) found.push({ chain, ids })
      if (found.length === CHAINS) break
    }
    const chosen: [RecordId, number][] = []
    for (let round = 0; round < wire.MAX_LOST; round++)
      for (const { chain, ids } of found) {
        const id = ids[round]
        if (id !== undefined && chosen.length < wire.MAX_LOST) chosen.push([id, chain])
      }
    turn = found.at(-1)?.chain ?? turn
    return chosen
  }

  return {
    onAsked(ids) {
      if (theirs.length > 0) throw coreError('BAD_MESSAGE', 'asked again before the answer was sent')
      theirs = ids
    },
    onFound(records, last) {
      if (asked.size === 0 || !records.every(({ id }) => asked.has(id)))
        throw coreError('BAD_MESSAGE', 'an answer to nothing')
      journal.complete(group, records)
      for (const { body, id } of records) {
        if (!body) refuse(id)
        asked.delete(id)
        underWay.delete(id)
      }
      if (!last) return
      for (const id of asked.keys()) refuse(id)
      close()
    },
    async ask() {
      if (asked.size > 0) return
      for (const [id, chain] of question()) {
        asked.set(id, chain)
        underWay.add(id)
      }
      if (asked.size === 0) return
      await stream.send(wire.encodeLost([...asked.keys()]))
    },
    async answer() {
      if (theirs.length === 0) return
      const rows = journal.byIds(group, theirs)
      theirs = []
      let portion: OutgoingRow[] = []
      let bytes = 0
      for (const row of rows) {
        const size = row.headerBytes.length + (row.body?.length ?? 0)
        if (!mayServe(size)) break
        if (portion.length > 0 && bytes + size > wire.BATCH_BYTES) {
          await stream.send(wire.encodeFound(portion, false))
          ;[portion, bytes] = [[], 0]
        }
        portion.push(row)
        bytes += size
      }
      await stream.send(wire.encodeFound(portion, true))
    },
    end: close
  }
}
