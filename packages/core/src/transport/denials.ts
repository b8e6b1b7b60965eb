import type { Clock } from '../clock.ts'
import type { PeerId } from '../ids.ts'

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

/** Who is refused now. */
export class Denials {
  readonly #clock: Pick<Clock, 'now'>
  readonly #denials = new Map<string, Denial>()
  readonly #listeners = new Set<() => void>()

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** Refuses a peer or host for `ms` since `since`; whoever is refused for longer already stays so. */
  add(who: { peer: PeerId } | { host: string }, ms: number, { why, reason, since = this.#clock.now() }: Cause): void {
    const { peer, host } = { peer: undefined, host: undefined, ...who }
    const id = peer ?? host ?? ''
    this.#forget(this.#clock.now())
    if ((this.#denials.get(id)?.until ?? 0) > since + ms) return
    this.#denials.set(id, { peer, host, why, reason, since, until: since + ms })
    this.#tell()
  }

  /** By peer id or host. */
  get(id: string): Denial | undefined {
    const denial = this.#denials.get(id)
    return denial && denial.until > this.#clock.now() ? denial : undefined
  }

  /** The latest first. */
  list(): Denial[] {
    this.#forget(this.#clock.now())
    return [...this.#denials.values()].sort((a, b) => b.since - a.since)
  }

  /** Lets a peer or host in again, whatever it was refused for; false when it is not refused. */
  lift(id: string): boolean {
    const wasDenied = this.get(id) !== undefined
    if (this.#denials.delete(id)) this.#tell()
    return wasDenied
  }

  /** Runs when somebody is refused or let in again; that a time is over tells nobody. Returns its undo. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  #forget(now: number): void {
    for (const [id, { until }] of this.#denials) if (until <= now) this.#denials.delete(id)
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}
