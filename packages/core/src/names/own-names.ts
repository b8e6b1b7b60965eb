import type { Clock } from '../clock.ts'
import type { Identity } from '../identity/identity.ts'
import type { Logger } from '../logger.ts'
import { nameText } from './name.ts'
import type { Registration } from './names.ts'
import { MAX_ADDRESSES, MIN_LIFETIME_MS, isGroup, signName } from './record.ts'
import type { Place, SignedName } from './record.ts'
import type { Registrations, StoredName } from './registrations.ts'

/** How often it is looked what has to be announced, ms. */
const LOOK_MS = 5_000
/** Longest time between two announcements into the DHT, whose nodes come and go, ms. */
const REFRESH_MS = 3_600_000
/** Until the next try when nobody took an announcement, ms. */
const RETRY_MS = 30_000
/** Addresses change several at a time, ms. */
const SETTLE_MS = 2_000

export interface OwnNamesOptions {
  identity: Pick<Identity, 'account' | 'certificate' | 'deviceKey'>
  registrations: Registrations
  /** Where this node can be reached now. */
  addresses(): string[]
  /** Makes an announcement known; resolves to how many other nodes took it, undefined where that is not asked. */
  publish(signed: SignedName, signal: AbortSignal): Promise<number | undefined>
  /** Whether names can still be registered there. */
  exists(place: Place): boolean
  onChange(label: string): void
  clock: Clock
  logger: Logger
}

/** This device's names: signed, announced again in time, and withdrawn until nobody can have them any more. */
export interface OwnNames {
  /** Those that are not withdrawn. */
  list(): Registration[]
  get(label: string, place: Place): StoredName | undefined
  /** Stores a name, committed when it returns, and announces it. */
  set(name: Omit<StoredName, 'sequence' | 'expiresAt'>): Registration
  /** What this device says under a label now, everywhere. */
  said(label: string): SignedName[]
  /** Announces soon: all names, or those of one place. */
  renew(place?: Place): void
  stop(): void
}

interface Own {
  stored: StoredName
  signed: SignedName | undefined
  holders: number
  /** When it is announced again, ms since 1970. */
  dueAt: number
  isBusy: boolean
}

export function ownNames(options: OwnNamesOptions): OwnNames {
  const { identity, registrations, publish, exists, onChange, clock, logger } = options
  const names = new Map<string, Own>()
  const stopping = new AbortController()
  const keep = (stored: StoredName): Own => {
    const own = names.get(keyOf(stored)) ?? { stored, signed: undefined, holders: 0, dueAt: 0, isBusy: false }
    own.stored = stored
    own.dueAt = 0
    names.set(keyOf(stored), own)
    return own
  }
  for (const stored of registrations.all()) keep(stored)

  /** Signs what is said from now on. Its number is on disk before anybody has it, and grows even if the disk is lost. */
  const sign = (own: Own): SignedName => {
    const { label, place, withdrawn, comment, data } = own.stored
    const issuedAt = clock.now()
    const sequence = Math.max(own.stored.sequence + 1, issuedAt)
    // A withdrawal lasts as long as what it withdraws.
    const lastsMs = withdrawn ? own.stored.expiresAt - issuedAt : own.stored.lifetimeMs
    const expiresAt = issuedAt + Math.max(lastsMs, MIN_LIFETIME_MS)
    const addresses = withdrawn ? [] : [...(own.stored.addresses ?? options.addresses())].slice(0, MAX_ADDRESSES)
    own.stored = { ...own.stored, sequence, expiresAt }
    registrations.save(own.stored)
    const details = { comment, data, addresses, withdrawn }
    own.signed = signName(identity, { label, place, sequence, issuedAt, expiresAt, ...details })
    return own.signed
  }
  const announce = async (own: Own): Promise<void> => {
    const { label, place, withdrawn, expiresAt } = own.stored
    if ((withdrawn && expiresAt <= clock.now()) || !exists(place)) {
      names.delete(keyOf(own.stored))
      registrations.remove(own.stored)
      if (!withdrawn) onChange(label)
      return
    }
    own.isBusy = true
    own.dueAt = Infinity
    let waitMs = RETRY_MS
    try {
      const signed = sign(own)
      const taken = await publish(signed, stopping.signal)
      own.holders = taken ?? 0
      if (taken !== 0) waitMs = withdrawn ? signed.record.expiresAt - clock.now() : untilNext(signed)
    } catch (error) {
      if (stopping.signal.aborted) return
      logger.warn('a name could not be announced', { label, error: String(error) })
    }
    own.isBusy = false
    // Unless it was changed meanwhile.
    own.dueAt = Math.min(own.dueAt, clock.now() + waitMs)
    onChange(label)
  }
  const look = (): void => {
    for (const own of names.values()) if (!own.isBusy && own.dueAt <= clock.now()) void announce(own)
  }
  const stopLooking = clock.every(LOOK_MS, look)

  const shown = ({ stored, signed, holders }: Own): Registration => {
    const { label, place, comment, data, addresses, lifetimeMs } = stored
    return {
      name: nameText({ account: identity.account, label }),
      label,
      scope: isGroup(place) ? 'group' : place,
      ...(isGroup(place) && { group: place }),
      comment,
      data,
      addresses,
      lifetimeMs,
      announcedAt: signed?.record.issuedAt,
      expiresAt: signed?.record.expiresAt,
      holders
    }
  }

  return {
    list: () => [...names.values()].filter(({ stored }) => !stored.withdrawn).map(shown),
    get: (label, place) => names.get(keyOf({ label, place }))?.stored,
    set(name) {
      const { sequence = 0, expiresAt = 0 } = names.get(keyOf(name))?.stored ?? {}
      const stored = { ...name, sequence, expiresAt }
      registrations.save(stored)
      const own = keep(stored)
      look()
      return shown(own)
    },
    said: label =>
      [...names.values()]
        .filter(({ stored }) => stored.label === label)
        .map(own => own.signed)
        .filter(signed => signed !== undefined),
    renew(place) {
      for (const own of names.values())
        if (place === undefined || own.stored.place === place) own.dueAt = Math.min(own.dueAt, clock.now() + SETTLE_MS)
    },
    stop() {
      stopLooking()
      stopping.abort(new Error('the node stops'))
    }
  }
}

const keyOf = ({ label, place }: Pick<StoredName, 'label' | 'place'>): string => `${place} ${label}`

/** A third of how long it lasts: two announcements may be lost. */
function untilNext({ place, record: { issuedAt, expiresAt } }: SignedName): number {
  const third = (expiresAt - issuedAt) / 3
  return place === 'global' ? Math.min(third, REFRESH_MS) : third
}
