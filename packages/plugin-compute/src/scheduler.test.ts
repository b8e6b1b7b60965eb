import { describe, expect, it } from 'vitest'
import { FAILURES_MAX, LEASE_MS, Scheduler, TARGET_MS, type Effect, type Event, type Span } from './scheduler.ts'

type Grant = Extract<Effect, { type: 'grant' }>
const grants = (effects: Effect[]): Grant[] => effects.filter(effect => effect.type === 'grant')
const size = ({ lo, hi }: Span): number => hi - lo
const types = (effects: Effect[]): string[] => effects.map(({ type }) => type)

function random(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Workers of given speeds that do what they are told, in simulated time; an index costs 1 / speed ms unless told otherwise. */
function simulate(
  scheduler: Scheduler,
  speeds: Record<string, number>,
  cost: (span: Span) => number = size
): { ms: number; granted: Grant[] } {
  const until = 1e7
  const queues = new Map(Object.keys(speeds).map(name => [name, [] as Grant[]]))
  const granted: Grant[] = []
  const idleAt = new Map<string, number>()
  const events: { at: number; event: Event }[] = Object.keys(speeds).map(worker => ({
    at: 0,
    event: { type: 'ready', worker, slots: 1 }
  }))
  let now = 0
  const start = (worker: string): void => {
    const grant = queues.get(worker)?.[0]
    if (!grant) return void idleAt.set(worker, now)
    idleAt.delete(worker)
    const ms = cost(grant) / (speeds[worker] ?? 1)
    events.push({ at: now + ms, event: { type: 'done', worker, part: grant.part, ms } })
  }
  for (const worker of queues.keys()) idleAt.set(worker, 0)
  let nextTick = 100
  while (now < until) {
    events.sort((a, b) => a.at - b.at)
    const next = events[0] && events[0].at <= nextTick ? events.shift() : undefined
    now = next ? next.at : nextTick
    if (!next) nextTick += 100
    const event: Event = next?.event ?? { type: 'tick' }
    if (event.type === 'done') queues.set(event.worker, queues.get(event.worker)?.slice(1) ?? [])
    const effects = [...scheduler.step(event, now)]
    if (!next)
      for (const [worker, queue] of queues)
        effects.push(...scheduler.step({ type: 'beat', worker, parts: queue.map(({ part }) => part) }, now))
    for (const effect of effects) {
      if (effect.type === 'finish') return { ms: now, granted }
      if (effect.type === 'revoke') {
        const queue = queues.get(effect.worker) ?? []
        const at = queue.findIndex(({ part }) => part === effect.part)
        const dropped = events.findIndex(({ event: e }) => e.type === 'done' && e.worker === effect.worker)
        if (at >= 0) queue.splice(at, 1)
        if (at === 0) {
          if (dropped >= 0) events.splice(dropped, 1)
          start(effect.worker)
        }
      }
      if (effect.type !== 'grant') continue
      granted.push(effect)
      queues.get(effect.worker)?.push(effect)
      if (idleAt.has(effect.worker)) start(effect.worker)
    }
    if (event.type === 'done' && !idleAt.has(event.worker)) start(event.worker)
  }
  throw new Error('did not finish')
}

describe('the scheduler', () => {
  it('[W-20] starts with one index and grows to parts of the target time', () => {
    const { granted } = simulate(new Scheduler([{ lo: 0, hi: 1e6 }], { maxIndices: Infinity }), { a: 1 })
    expect(granted[0] && size(granted[0])).toBe(1)
    const largest = Math.max(...granted.map(size))
    expect(largest).toBeGreaterThan(TARGET_MS * 0.9)
    expect(largest).toBeLessThanOrEqual(TARGET_MS)
  })

  it('[W-20] a slow worker gets smaller parts, and all end close together', () => {
    const scheduler = new Scheduler([{ lo: 0, hi: 400_000 }], { maxIndices: Infinity })
    const { ms, granted } = simulate(scheduler, { fast: 10, slow: 1 })
    const largest = (name: string): number => Math.max(...granted.filter(({ worker }) => worker === name).map(size))
    expect(largest('slow')).toBeLessThan(largest('fast') / 5)
    // Ideal: 400,000 / 11 per ms = 36,364 ms. An equal split would take 200,000 ms.
    expect(ms).toBeLessThan(36_364 * 1.02)
  })

  it('[W-20] a guess gone wrong holds the end up little: rows of a picture, cheap at its edges and dear in its middle', () => {
    const row = (y: number): number => (y > 100 && y < 380 ? 40 : 0.5)
    const cost = ({ lo, hi }: Span): number =>
      Array.from({ length: hi - lo }, (_, at) => row(lo + at)).reduce((sum, ms) => sum + ms, 0)
    const total = cost({ lo: 0, hi: 480 })
    const { ms } = simulate(new Scheduler([{ lo: 0, hi: 480 }], { maxIndices: 400 }), { a: 1, b: 1 }, cost)
    expect(ms).toBeLessThan((total / 2) * 1.05)
  })

  it('[W-20] no part has more indices than its result may have', () => {
    const { granted } = simulate(new Scheduler([{ lo: 0, hi: 10_000 }], { maxIndices: 7 }), { a: 100, b: 100 })
    expect(Math.max(...granted.map(size))).toBe(7)
  })

  it('[W-21] what a worker had goes elsewhere when it leaves', () => {
    const scheduler = new Scheduler([{ lo: 0, hi: 2 }], { maxIndices: Infinity })
    const [lost] = grants(scheduler.step({ type: 'ready', worker: 'a', slots: 1 }, 0))
    expect(lost).toMatchObject({ worker: 'a', lo: 0, hi: 1 })
    expect(grants(scheduler.step({ type: 'ready', worker: 'b', slots: 1 }, 0))).toMatchObject([{ lo: 1, hi: 2 }])
    expect(scheduler.step({ type: 'leave', worker: 'a' }, 1)).toEqual([])
    const effects = scheduler.step({ type: 'done', worker: 'b', part: 2, ms: 1 }, 2)
    expect(effects).toMatchObject([
      { type: 'accept', lo: 1, hi: 2 },
      { type: 'grant', worker: 'b', lo: 0, hi: 1 }
    ])
    expect(scheduler.step({ type: 'done', worker: 'a', part: lost?.part ?? 0, ms: 1 }, 3)).toEqual([])
  })

  it('[W-21] a silent worker loses its lease, and gets nothing until it speaks', () => {
    const scheduler = new Scheduler([{ lo: 0, hi: 1 }], { maxIndices: Infinity })
    const [first] = grants(scheduler.step({ type: 'ready', worker: 'a', slots: 1 }, 0))
    const part = first?.part ?? 0
    scheduler.step({ type: 'beat', worker: 'a', parts: [part] }, 3_000)
    expect(scheduler.step({ type: 'tick' }, LEASE_MS)).toEqual([])
    expect(scheduler.step({ type: 'tick' }, LEASE_MS + 3_000)).toEqual([{ type: 'revoke', worker: 'a', part }])
    expect(scheduler.step({ type: 'done', worker: 'a', part, ms: 1 }, 9_000)).toEqual([])
    expect(grants(scheduler.step({ type: 'beat', worker: 'a', parts: [] }, 9_001))).toMatchObject([{ lo: 0, hi: 1 }])
  })

  it('[W-22] a part that fails goes to others first, and fails the job the third time', () => {
    const scheduler = new Scheduler([{ lo: 0, hi: 1 }], { maxIndices: Infinity })
    const fail = { type: 'failed', code: 'PART_TRAP', text: 'unreachable' } as const
    const [first] = grants(scheduler.step({ type: 'ready', worker: 'a', slots: 1 }, 0))
    scheduler.step({ type: 'ready', worker: 'b', slots: 1 }, 0)
    const [second] = grants(scheduler.step({ ...fail, worker: 'a', part: first?.part ?? 0 }, 1))
    expect(second?.worker).toBe('b')
    const [third] = grants(scheduler.step({ ...fail, worker: 'b', part: second?.part ?? 0 }, 2))
    expect(third).toBeDefined()
    expect(scheduler.step({ ...fail, worker: third?.worker ?? '', part: third?.part ?? 0 }, 3)).toEqual([
      { type: 'fail', code: 'PART_TRAP', text: `indices 0 to 0 failed ${FAILURES_MAX} times: unreachable` }
    ])
    expect(scheduler.step({ type: 'tick' }, 4)).toEqual([])
  })

  it('[W-22] a part that took too long comes back in halves', () => {
    const scheduler = new Scheduler([{ lo: 0, hi: 33 }], { maxIndices: Infinity })
    scheduler.step({ type: 'ready', worker: 'a', slots: 1 }, 0)
    const [long] = grants(scheduler.step({ type: 'done', worker: 'a', part: 1, ms: 0.1 }, 1))
    const part = long?.part ?? 0
    const rest = scheduler.step({ type: 'failed', worker: 'a', part, code: 'PART_TIMEOUT', text: 'too long' }, 2)
    const sizes = [...grants(rest).map(size), ...grants(scheduler.step({ type: 'tick' }, 3)).map(size)]
    expect(sizes.every(count => count <= Math.ceil(size(long ?? { lo: 0, hi: 0 }) / 2))).toBe(true)
  })

  it('[W-23] a late part also goes to an idle worker; the first result counts, the other is revoked', () => {
    const scheduler = new Scheduler([{ lo: 0, hi: 4 }], { maxIndices: 1 })
    scheduler.step({ type: 'ready', worker: 'slow', slots: 1 }, 0)
    scheduler.step({ type: 'ready', worker: 'fast', slots: 1 }, 0)
    const given = [2, 3, 4].flatMap(part =>
      grants(scheduler.step({ type: 'done', worker: 'fast', part, ms: 10 }, 10 * (part - 1)))
    )
    expect(given.at(-1)).toMatchObject({ worker: 'fast', part: 1 })
    expect(types(scheduler.step({ type: 'done', worker: 'fast', part: 1, ms: 10 }, 50))).toEqual([
      'accept',
      'revoke',
      'finish'
    ])
    expect(scheduler.step({ type: 'done', worker: 'slow', part: 1, ms: 50 }, 51)).toEqual([])
  })

  it('[W-23] what waits at a busy worker is fetched back for an idle one, and divided anew', () => {
    const scheduler = new Scheduler([{ lo: 0, hi: 1_000 }], { maxIndices: 500 })
    scheduler.step({ type: 'ready', worker: 'busy', slots: 1 }, 0)
    // As fast as that on the first index: it gets all the rest, in two parts, and is stuck in the first.
    let held: Grant[] = []
    for (let part = 1, now = 1; scheduler.held('busy').length < 2 || held.every(({ hi }) => hi < 1_000); now++) {
      held = [...held, ...grants(scheduler.step({ type: 'done', worker: 'busy', part: part++, ms: 0.1 }, now))]
    }
    const [running, waiting] = scheduler.held('busy')
    const effects = scheduler.step({ type: 'ready', worker: 'idle', slots: 1 }, 2_000)
    expect(effects.filter(({ type }) => type === 'revoke')).toMatchObject([{ worker: 'busy' }])
    const given = grants(effects)
    expect(given[0]).toMatchObject({ worker: 'idle', lo: waiting?.lo })
    expect(scheduler.held('busy')[0]).toEqual(running)
  })

  it('[W-24] goes on from what was accepted before', () => {
    const missing = [
      { lo: 10, hi: 20 },
      { lo: 90, hi: 100 }
    ]
    const scheduler = new Scheduler(missing, { maxIndices: Infinity })
    expect(scheduler.left).toBe(20)
    const { granted } = simulate(scheduler, { a: 1 })
    const indices = granted.flatMap(({ lo, hi }) => Array.from({ length: hi - lo }, (_, at) => lo + at))
    expect(indices.sort((a, b) => a - b)).toEqual(
      [...Array(10).keys()].flatMap(at => [10 + at, 90 + at]).sort((a, b) => a - b)
    )
  })

  it('[W-25] accepts every index once and ends, whatever the workers do', () => {
    for (let seed = 1; seed <= 120; seed++) {
      const pick = random(seed)
      const total = 1 + pick(3_000)
      const scheduler = new Scheduler([{ lo: 100, hi: 100 + total }], { maxIndices: 1 + pick(500) })
      const counted = new Uint8Array(total)
      const held = new Map<string, Grant[]>()
      let now = 0
      let over = false
      let left = total
      const take = (effects: Effect[]): void => {
        for (const effect of effects) {
          if (effect.type === 'finish') over = true
          if (effect.type === 'fail') throw new Error(`seed ${seed}: the job failed`)
          if (effect.type === 'grant') held.get(effect.worker)?.push(effect)
          if (effect.type === 'accept') for (let at = effect.lo; at < effect.hi; at++) counted[at - 100]!++
          if (effect.type === 'revoke') {
            const queue = held.get(effect.worker)
            const at = queue?.findIndex(({ part }) => part === effect.part) ?? -1
            // Sometimes the revocation comes too late, and the worker answers all the same.
            if (at >= 0 && pick(2)) queue?.splice(at, 1)
          }
        }
        expect(scheduler.left, `seed ${seed}`).toBeLessThanOrEqual(left)
        left = scheduler.left
      }
      const names = ['a', 'b', 'c', 'd', 'e']
      const failures = new Map<string, number>()
      for (let step = 0; !over; step++) {
        if (step > 60_000) throw new Error(`seed ${seed}: does not end`)
        now += pick(200)
        const worker = names[pick(names.length)]!
        const queue = held.get(worker)
        const chaos = step < 2_000
        const action = pick(chaos ? 10 : 4)
        if (!queue) {
          held.set(worker, [])
          take(scheduler.step({ type: 'ready', worker, slots: 1 + pick(3) }, now))
        } else if (action < 3 && queue.length > 0) {
          const [grant] = queue.splice(pick(queue.length), 1)
          const done: Event = { type: 'done', worker, part: grant!.part, ms: pick(50) }
          take(scheduler.step(done, now))
          if (pick(4) === 0) take(scheduler.step(done, now))
        } else if (action === 4) {
          held.delete(worker)
          take(scheduler.step({ type: 'leave', worker }, now))
        } else if (action === 5) {
          // Forged: a part that this worker was never given, or that does not exist.
          const other = [...(held.get(names[pick(names.length)]!) ?? [])][0]
          const mine = queue.some(({ part }) => part === other?.part)
          const before = scheduler.left
          if (!mine) scheduler.step({ type: 'done', worker: `${worker}-forger`, part: other?.part ?? 99, ms: 1 }, now)
          expect(scheduler.left, `seed ${seed}`).toBe(before)
        } else if (action === 6 && queue.length > 0) {
          const key = `${queue[0]!.lo}`
          if ((failures.get(key) ?? 0) > 0) continue
          const [grant] = queue.splice(0, 1)
          for (let at = grant!.lo; at < grant!.hi; at++) failures.set(`${at}`, 1)
          const code = pick(2) ? 'PART_TIMEOUT' : 'PART_CRASHED'
          take(scheduler.step({ type: 'failed', worker, part: grant!.part, code, text: 'x' }, now))
        } else if (action === 7) {
          take(scheduler.step({ type: 'ready', worker, slots: pick(3) }, now))
        } else if (action === 8) {
          // Falls silent: forgets what it had, and speaks again later.
          held.set(worker, [])
        } else {
          take(scheduler.step({ type: 'tick' }, now))
          const parts = queue.map(({ part }) => part)
          take(scheduler.step({ type: 'beat', worker, parts }, now))
          if (!chaos) take(scheduler.step({ type: 'ready', worker, slots: 2 }, now))
        }
      }
      expect(
        counted.every(times => times === 1),
        `seed ${seed}`
      ).toBe(true)
      expect(scheduler.left).toBe(0)
    }
  })
})
