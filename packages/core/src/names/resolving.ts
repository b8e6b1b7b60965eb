import type { Clock } from '../clock.ts'
import type { PeerId } from '../ids.ts'
import { merge } from '../merge.ts'
import type { Source } from '../merge.ts'
import type { FoundNames } from './found-names.ts'
import { nameText, parseName } from './name.ts'
import type { Name } from './name.ts'
import type { NameRecord, NameScope, ResolveOptions } from './names.ts'
import type { SignedName } from './record.ts'

const DEFAULT_TIMEOUT_MS = 30_000
const LONGEST_TIMEOUT_MS = 600_000
/** Devices whose distance is measured at once. */
const MEASURED_AT_ONCE = 8

/** Where names are looked for. */
export interface NameSources {
  /** On this device, members' names included: without asking anybody. */
  here(name: Name, scope: NameScope | undefined, group: ResolveOptions['group']): SignedName[]
  /** By asking others, in each scope. */
  elsewhere: { scope: NameScope; find(name: Name, signal: AbortSignal): AsyncIterable<SignedName> }[]
  /** How far a device is, ms; undefined when it cannot be reached. */
  distance(record: NameRecord, signal: AbortSignal): Promise<number | undefined>
}

/** `Names.resolve`. */
export function resolveWith(
  { here, elsewhere, distance }: NameSources,
  found: FoundNames,
  { clock, self }: { clock: Clock; self: PeerId }
): (name: string, options?: ResolveOptions) => AsyncIterable<NameRecord> {
  /** Asks, unless that was done a moment ago. */
  const asking = ({ scope, find }: NameSources['elsewhere'][number], name: Name): Source<SignedName> =>
    async function* (signal) {
      const question = `${scope} ${nameText(name)}`
      const known = found.get(question)
      if (known) {
        yield* known
        return
      }
      const answers: SignedName[] = []
      for await (const signed of find(name, signal)) {
        answers.push(signed)
        yield signed
      }
      found.set(question, answers)
    }

  async function* search(name: Name, options: ResolveOptions, signal: AbortSignal): AsyncGenerator<NameRecord> {
    const { scope, group, excludeSelf = false } = options
    const wanted = group === undefined ? scope : 'group'
    const own: Source<SignedName> = async function* () {
      yield* here(name, wanted, group)
    }
    const others = elsewhere.filter(source => wanted === undefined || source.scope === wanted)
    const newest = new Map<string, number>()
    for await (const { record, place, withdrawn } of merge([own, ...others.map(one => asking(one, name))], signal)) {
      const { device, sequence, expiresAt } = record
      const known = newest.get(`${place} ${device}`) ?? 0
      if (sequence <= known || expiresAt <= clock.now() || (excludeSelf && device === self)) continue
      newest.set(`${place} ${device}`, sequence)
      if (!withdrawn) yield record
    }
  }

  /** All that is found until the time is over, the nearest first; who cannot be reached comes last. */
  async function* nearestFirst(name: Name, options: ResolveOptions, late: AbortSignal): AsyncGenerator<NameRecord> {
    const { signal = new AbortController().signal } = options
    const records = new Map<string, NameRecord>()
    try {
      for await (const record of search(name, options, AbortSignal.any([late, signal])))
        records.set(`${record.scope} ${record.group ?? ''} ${record.device}`, record)
    } catch (error) {
      if (signal.aborted || !late.aborted) throw error
    }
    const far = new Map<PeerId, number>()
    const waiting = [...new Map([...records.values()].map(record => [record.device, record])).values()]
    const measure = async (): Promise<void> => {
      for (let record = waiting.pop(); record; record = waiting.pop())
        far.set(record.device, record.device === self ? 0 : ((await distance(record, signal)) ?? Infinity))
    }
    await Promise.all(Array.from({ length: MEASURED_AT_ONCE }, measure))
    const of = ({ device }: NameRecord): number => far.get(device) ?? Infinity
    yield* [...records.values()].sort((a, b) => (of(a) < of(b) ? -1 : Number(of(a) > of(b))))
  }

  return async function* resolve(text, options = {}) {
    const { limit = Infinity, timeoutMs = DEFAULT_TIMEOUT_MS, nearest = false, signal } = options
    const name = parseName(text)
    if (limit !== Infinity && (!Number.isSafeInteger(limit) || limit < 1)) throw new TypeError('limit is at least 1')
    if (!(timeoutMs >= 1 && timeoutMs <= LONGEST_TIMEOUT_MS))
      throw new TypeError(`timeoutMs is 1 to ${LONGEST_TIMEOUT_MS}`)
    const late = new AbortController()
    const cancel = clock.after(timeoutMs, () => late.abort(new Error('the time is over')))
    const stop = signal ? AbortSignal.any([signal, late.signal]) : late.signal
    const records = nearest ? nearestFirst(name, options, late.signal) : search(name, options, stop)
    let count = 0
    try {
      for await (const record of records) {
        yield record
        if (++count >= limit) return
      }
    } catch (error) {
      signal?.throwIfAborted()
      if (!late.signal.aborted) throw error
    } finally {
      cancel()
    }
  }
}
