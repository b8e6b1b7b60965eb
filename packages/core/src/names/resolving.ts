import type { Clock } from '../clock.ts'
import type { PeerId } from '../ids.ts'
import { merge } from '../merge.ts'
import type { Source } from '../merge.ts'
import type { FoundNames } from './found-names.ts'
import { nameText, parseName } from './name.ts'
import type { Name } from './name.ts'
import type { NameRecord, NameScope, ResolveOptions, SearchEnd } from './names.ts'
import type { SignedName } from './record.ts'

const DEFAULT_TIMEOUT_MS = 30_000
const LONGEST_TIMEOUT_MS = 600_000
/** Devices whose distance is measured at once. */
const MEASURED_AT_ONCE = 8
/** Devices that are measured in one search; whoever certified more of them counts as far away with the rest. */
const MAX_MEASURED = 64

/** Something said of a name, and whether its device said it itself just now: then it counts, whatever its clock says. */
interface Said extends SignedName {
  isLive: boolean
}

/** Where names are looked for. */
export interface NameSources {
  /** On this device, members' names included: without asking anybody. */
  here(name: Name, scope: NameScope | undefined, group: ResolveOptions['group']): SignedName[]
  /** By asking others, in each scope. */
  elsewhere: { scope: NameScope; find(name: Name, signal: AbortSignal): AsyncIterable<SignedName> }[]
  /** How far a device is, ms, dialling it when it is not connected and `mayDial`; undefined when it cannot be reached. */
  distance(record: NameRecord, mayDial: boolean, signal: AbortSignal): Promise<number | undefined>
}

/** `Names.resolve`. */
export function resolveWith(
  { here, elsewhere, distance }: NameSources,
  found: FoundNames,
  { clock, self }: { clock: Clock; self: PeerId }
): (name: string, options?: ResolveOptions) => AsyncGenerator<NameRecord, SearchEnd, undefined> {
  /** Asks, unless that was done a moment ago. */
  const asking = ({ scope, find }: NameSources['elsewhere'][number], name: Name): Source<Said> =>
    async function* (signal) {
      const question = `${scope} ${nameText(name)}`
      const isLive = scope === 'link'
      const known = found.get(question)
      if (known) {
        for (const signed of known) yield { ...signed, isLive }
        return
      }
      const answers: SignedName[] = []
      for await (const signed of find(name, signal)) {
        answers.push(signed)
        yield { ...signed, isLive }
      }
      found.set(question, answers)
    }

  /** What is new at its place, withdrawals included. */
  async function* search(name: Name, options: ResolveOptions, signal: AbortSignal): AsyncGenerator<Said> {
    const { scope, group, excludeSelf = false } = options
    const wanted = group === undefined ? scope : 'group'
    const own: Source<Said> = async function* () {
      for (const signed of here(name, wanted, group)) yield { ...signed, isLive: false }
    }
    const others = elsewhere.filter(source => wanted === undefined || source.scope === wanted)
    const newest = new Map<string, number>()
    for await (const said of merge([own, ...others.map(one => asking(one, name))], signal)) {
      const { device, sequence, expiresAt } = said.record
      const known = newest.get(whose(said)) ?? 0
      const isOver = expiresAt <= clock.now() && !said.isLive
      if (sequence <= known || isOver || (excludeSelf && device === self)) continue
      newest.set(whose(said), sequence)
      yield said
    }
  }
  async function* asFound(name: Name, options: ResolveOptions, signal: AbortSignal): AsyncGenerator<NameRecord> {
    for await (const { record, withdrawn } of search(name, options, signal)) if (!withdrawn) yield record
  }

  /** All that is found until the time is over, the nearest first; who cannot be reached comes last. */
  async function* nearestFirst(name: Name, options: ResolveOptions, late: AbortSignal): AsyncGenerator<NameRecord> {
    const { mayDial = true, signal = new AbortController().signal } = options
    const stop = AbortSignal.any([late, signal])
    const records = new Map<string, NameRecord>()
    try {
      for await (const said of search(name, options, stop))
        if (said.withdrawn) records.delete(whose(said))
        else records.set(whose(said), said.record)
    } catch (error) {
      if (signal.aborted || !late.aborted) throw error
    }
    const far = new Map<PeerId, number>()
    const devices = [...new Map([...records.values()].map(record => [record.device, record])).values()]
    const waiting = devices.slice(0, MAX_MEASURED)
    const distanceOf = async (record: NameRecord): Promise<number | undefined> => {
      if (record.device === self) return 0
      try {
        return await distance(record, mayDial, stop)
      } catch (error) {
        if (signal.aborted || !late.aborted) throw error
        return undefined
      }
    }
    const measure = async (): Promise<void> => {
      for (let record = waiting.pop(); record; record = waiting.pop()) {
        const rttMs = await distanceOf(record)
        if (rttMs !== undefined) far.set(record.device, rttMs)
      }
    }
    await Promise.all(Array.from({ length: MEASURED_AT_ONCE }, measure))
    const of = ({ device }: NameRecord): number => far.get(device) ?? Infinity
    for (const record of [...records.values()].sort((a, b) => (of(a) < of(b) ? -1 : Number(of(a) > of(b))))) {
      const rttMs = far.get(record.device)
      yield rttMs === undefined ? record : { ...record, rttMs }
    }
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
    const records = nearest ? nearestFirst(name, options, late.signal) : asFound(name, options, stop)
    let count = 0
    try {
      for await (const record of records) {
        yield record
        if (++count >= limit) return 'limit'
      }
    } catch (error) {
      signal?.throwIfAborted()
      if (!late.signal.aborted) throw error
    } finally {
      cancel()
    }
    return late.signal.aborted ? 'time' : 'all'
  }
}

const whose = ({ place, record }: Said): string => `${place} ${record.device}`
