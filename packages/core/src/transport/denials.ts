import type { Clock } from '../clock.ts'
import type { PeerId } from '../ids.ts'
import { listeners } from '../listeners.ts'

/** Somebody who is refused for a while: a peer, or a host under whatever peer id. */
export interface Denial {
  peer: PeerId | undefined
  /** An IPv4 address, or the network of 64 bits that an IPv6 one is in. */
  host: string | undefined
  /** `offences`: broke the rules. `blocked`: the person behind it is blocked. `asked`: somebody here decided so. */
  why: 'offences' | 'blocked' | 'asked'
  /** Of offences, the last one; may quote the peer, printable. */
  reason: string | undefined
  /** ms since 1970. */
  since: number
  until: number
}

export type Cause = Pick<Denial, 'why'> & Partial<Pick<Denial, 'reason' | 'since'>>

const ALL: readonly Denial['why'][] = ['offences', 'blocked', 'asked']
/** Those that are over are looked for when there are twice as many as were left the last time, and at least so many. */
const FEWEST = 64

/** Who is refused now. Several reasons to refuse somebody hold beside each other. */
export class Denials {
  readonly #clock: Pick<Clock, 'now'>
  readonly #denials = new Map<string, Map<Denial['why'], Denial>>()
  readonly #changes = listeners()
  /** Runs when somebody is refused or let in again; that a time is over tells nobody. Returns its undo. */
  readonly onChange = this.#changes.on
  #left = FEWEST

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** Refuses a peer or host for `ms` since `since`; whoever is refused for longer for the same reason already stays so. */
  add(who: { peer: PeerId } | { host: string }, ms: number, { why, reason, since = this.#clock.now() }: Cause): void {
    const { peer, host } = { peer: undefined, host: undefined, ...who }
    const id = peer ?? host ?? ''
    this.#forget()
    const known = this.#denials.get(id) ?? new Map<Denial['why'], Denial>()
    if ((known.get(why)?.until ?? 0) > since + ms) return
    this.#denials.set(id, known.set(why, { peer, host, why, reason, since, until: since + ms }))
    this.#changes.tell()
  }

  /** By peer id or host: of several reasons, the one that holds longest. */
  get(id: string): Denial | undefined {
    const now = this.#clock.now()
    let longest: Denial | undefined
    for (const denial of this.#denials.get(id)?.values() ?? [])
      if (denial.until > Math.max(now, longest?.until ?? 0)) longest = denial
    return longest
  }

  /** Each reason, the latest first. */
  list(): Denial[] {
    const now = this.#clock.now()
    const all = [...this.#denials.values()].flatMap(reasons => [...reasons.values()])
    return all.filter(({ until }) => until > now).sort((a, b) => b.since - a.since)
  }

  /** Refuses a peer or host for these reasons no more; false when it is refused for none of them. */
  lift(id: string, reasons = ALL): boolean {
    const known = this.#denials.get(id)
    if (!known) return false
    const lifted = reasons.flatMap(why => known.get(why) ?? [])
    for (const { why } of lifted) known.delete(why)
    if (known.size === 0) this.#denials.delete(id)
    if (lifted.length > 0) this.#changes.tell()
    return lifted.some(({ until }) => until > this.#clock.now())
  }

  #forget(): void {
    if (this.#denials.size < 2 * this.#left) return
    const now = this.#clock.now()
    for (const [id, reasons] of this.#denials) {
      for (const { until, why } of reasons.values()) if (until <= now) reasons.delete(why)
      if (reasons.size === 0) this.#denials.delete(id)
    }
    this.#left = Math.max(FEWEST, this.#denials.size)
  }
}
