import type { AccountId, GroupId, PeerId, RecordId } from '../ids.ts'
import { Usage, diskBytes } from './quota.ts'
import type { QuotaOf } from './quota.ts'
import type { Header, SignedRecord } from './record.ts'
import type { SetHash } from './set-hash.ts'
import type { SyncScope } from './scope.ts'
import type { LogTable } from './table.ts'
import type { ChainRow, HeadRow } from './table/chain-table.ts'

/** A group's chains as they are stored, kept in memory. */
export interface GroupChains {
  readonly id: GroupId
  readonly no: number
  readonly chains: Map<PeerId, ChainRow>
  readonly heads: Map<RecordId, HeadRow>
  readonly usage: Usage
  /** Which contents are fetched. */
  scope: SyncScope
  /** Of stopped devices: what stands for all that is known of them, gathered when asked for. */
  readonly digests: Map<PeerId, SetHash>
}

/** The chains of all groups, and what of them is not written yet: once for a commit, not once for a record. */
export class Chains {
  readonly #table: LogTable
  readonly #quotaOf: QuotaOf
  readonly #accountOf: (group: GroupId, device: PeerId) => AccountId | undefined
  readonly #groups = new Map<GroupId, GroupChains>()
  readonly #changed = new Set<ChainRow>()
  readonly #added = new Map<RecordId, { group: number; head: HeadRow }>()
  readonly #removed = new Map<RecordId, number>()
  /** Of all groups. */
  #bytes: number

  constructor(table: LogTable, quotaOf: QuotaOf, accountOf: (group: GroupId, device: PeerId) => AccountId | undefined) {
    this.#table = table
    this.#quotaOf = quotaOf
    this.#accountOf = accountOf
    this.#bytes = table.bytes()
  }

  of(group: GroupId): GroupChains {
    const known = this.#groups.get(group)
    if (known) return known
    const no = this.#table.group(group)
    const chains = this.#table.chains(no)
    const usage = new Usage(
      owner => this.#quotaOf(group, owner),
      device => this.#accountOf(group, device),
      () => this.#bytes
    )
    for (const { device, bytes } of chains) usage.add(device, bytes)
    const state: GroupChains = {
      id: group,
      no,
      chains: new Map(chains.map(chain => [chain.device, chain])),
      heads: new Map(this.#table.heads(no).map(head => [head.id, head])),
      usage,
      scope: this.#table.scope(no),
      digests: new Map()
    }
    this.#groups.set(group, state)
    return state
  }

  /** The device's chain, made when there is none: without a record, until one follows. */
  chain({ chains, no }: GroupChains, device: PeerId): ChainRow {
    const known = chains.get(device)
    if (known) return known
    const none = { device, seq: 0, tip: undefined, era: 0, ms: 0, count: 0, bytes: 0 }
    const chain: ChainRow = { ...none, no: this.#table.addChain(no, none), forkedAt: undefined, settledTo: undefined }
    chains.set(device, chain)
    return chain
  }

  /** A record becomes the last of its chain. */
  extend(state: GroupChains, record: SignedRecord): ChainRow {
    const { header, id } = record
    const { device, seq, era, ms, count } = header
    const chain = this.chain(state, device)
    Object.assign(chain, { seq, tip: id, era, ms, count })
    this.resize(state, chain, diskBytes(record))
    this.#follow(state, { id, device, era, ms, count }, header)
    return chain
  }

  /** Its records take so much more, or less. */
  resize({ usage }: GroupChains, chain: ChainRow, bytes: number): void {
    chain.bytes += bytes
    usage.add(chain.device, bytes)
    this.#bytes += bytes
    this.#changed.add(chain)
  }

  /** Nothing of a device counts from a seq on. */
  stop(chain: ChainRow, seq: number): void {
    chain.forkedAt = seq
    this.#changed.add(chain)
  }

  /** Its records are in the state that follows from what counts up to a seq; undefined: not all of them. */
  settled(chain: ChainRow, to: number | undefined): void {
    chain.settledTo = to
    this.#changed.add(chain)
  }

  /** Writes what changed. */
  flush(): void {
    for (const chain of this.#changed) this.#table.updateChain(chain)
    for (const [id, group] of this.#removed) this.#table.removeHead(group, id)
    for (const { group, head } of this.#added.values()) this.#table.addHead(group, head)
    this.#forgetChanges()
  }

  /** Reads everything anew, after a transaction that failed. */
  reset(): void {
    this.#groups.clear()
    this.#bytes = this.#table.bytes()
    this.#forgetChanges()
  }

  #follow({ heads, no }: GroupChains, head: HeadRow, { prev, heads: others }: Header): void {
    for (const id of prev === undefined ? others : [prev, ...others]) {
      if (heads.delete(id) && !this.#added.delete(id)) this.#removed.set(id, no)
    }
    heads.set(head.id, head)
    this.#added.set(head.id, { group: no, head })
  }

  #forgetChanges(): void {
    this.#changed.clear()
    this.#added.clear()
    this.#removed.clear()
  }
}
