import type { Clock } from '../clock.ts'
import { coreError } from '../errors.ts'
import { listeners } from '../listeners.ts'
import type { Database } from '../store/store.ts'
import { Bucket } from './bucket.ts'
import { budgetKey, MIN_BYTES_PER_SECOND, MIN_STORAGE_BYTES, oneOf, RESOURCES } from './budget.ts'
import type { Budget, BudgetScope, BudgetState, Consumer, Resource } from './budget.ts'
import { budgetTable } from './budget-table.ts'
import { FairQueue } from './fair-queue.ts'
import { parseSchedule } from './schedule.ts'
import type { Schedule } from './schedule.ts'

/** Budgets that a node can have. */
const MAX_BUDGETS = 1_000
/** Buckets of one budget for each peer or group, before full ones are forgotten. */
const MAX_ONES = 1_000

/** What this node may use, and what it uses. */
export interface Budgets {
  /** In the order in which they were set. */
  list(): BudgetState[]
  /** Sets a budget or gives it another amount; holds at once and over restarts. Throws BAD_BUDGET, BAD_SCHEDULE. */
  set(budget: Budget): void
  /** Throws BUDGET_UNKNOWN, BAD_SCHEDULE. */
  clear(budget: Omit<Budget, 'amount'>): void
  /** Runs when one is set or cleared. Returns its undo. */
  onChange(listener: (budget: Omit<Budget, 'amount'>) => void): () => void
}

/** Budgets as what uses them sees them. */
export interface Metered extends Budgets {
  /** Whether any budget is concerned now: if not, nothing needs to be taken. */
  limits(resource: Resource, consumer: Consumer): boolean
  /** Takes bytes or incoming messages: undefined at once, or resolves when it is their turn or when `signal` aborts. */
  take(resource: Resource, amount: number, consumer: Consumer, signal: AbortSignal): Promise<void> | undefined
  /** Takes one outgoing message. Throws OVER_BUDGET. */
  send(consumer: Consumer): void
  /** Takes a stream until the result is called, once. Throws OVER_BUDGET. */
  openStream(consumer: Consumer): () => void
  /** The least that a budget of this kind for everyone, or for whom `isIt` knows by their id, lets be stored now, bytes. */
  storage(kind: BudgetScope['kind'], isIt: (id: string) => boolean): number | undefined
  /** Sets how it is found out what is stored, by whose it is within a scope, bytes. */
  measure(stored: (scope: BudgetScope) => ReadonlyMap<string, number>): void
}

interface Entry {
  budget: Budget
  schedule: Schedule | undefined
  buckets: Map<string, Bucket>
}

interface Waiting {
  path: readonly string[]
  cost: number
  consumer: Consumer
  go(): void
}

export function createBudgets({ database, clock }: { database: Database; clock: Clock }): Metered {
  const table = budgetTable(database)
  const entries = new Map<string, Entry>()
  const queues = new Map<Resource, FairQueue<Waiting>>(RESOURCES.map(resource => [resource, new FairQueue()]))
  const timers = new Map<Resource, () => void>()
  const open = new Set<Consumer>()
  const { on: onChange, tell } = listeners<Parameters<Parameters<Budgets['onChange']>[0]>>()
  let stored: (scope: BudgetScope) => ReadonlyMap<string, number> = () => new Map()

  const entryOf = (budget: Budget): Entry => ({
    budget,
    schedule: budget.when === undefined ? undefined : parseSchedule(budget.when),
    buckets: new Map()
  })
  for (const budget of table.all()) entries.set(budgetKey(budget), entryOf(budget))

  const holds = ({ schedule }: Entry): boolean => schedule?.holds(clock.now()) ?? true

  /** The budgets that are concerned now, and who of theirs this is. */
  const concerned = (resource: Resource, consumer: Consumer): [Entry, string][] => {
    const found: [Entry, string][] = []
    for (const entry of entries.values()) {
      if (entry.budget.resource !== resource) continue
      const one = oneOf(entry.budget.scope, consumer)
      if (one !== undefined && holds(entry)) found.push([entry, one])
    }
    return found
  }
  const bucketOf = (entry: Entry, one: string): Bucket => {
    const now = clock.now()
    if (entry.buckets.size >= MAX_ONES)
      for (const [name, bucket] of entry.buckets) if (bucket.isFull(now)) entry.buckets.delete(name)
    const bucket = entry.buckets.get(one) ?? new Bucket(entry.budget.amount, now)
    entry.buckets.set(one, bucket)
    return bucket
  }
  /** Streams that are open, by whose they are within a scope. */
  const openOf = (scope: BudgetScope): Map<string, number> => {
    const counts = new Map<string, number>()
    for (const consumer of open) {
      const one = oneOf(scope, consumer)
      if (one !== undefined) counts.set(one, (counts.get(one) ?? 0) + 1)
    }
    return counts
  }
  const waitMs = (resource: Resource, consumer: Consumer): number =>
    Math.max(0, ...concerned(resource, consumer).map(([entry, one]) => bucketOf(entry, one).waitMs(clock.now())))
  const charge = (resource: Resource, amount: number, consumer: Consumer): void => {
    for (const [entry, one] of concerned(resource, consumer)) bucketOf(entry, one).take(amount, clock.now())
  }

  const queueOf = (resource: Resource): FairQueue<Waiting> => queues.get(resource) ?? new FairQueue()

  /** Lets go who may, in turn, and looks again when the next one may. */
  const pump = (resource: Resource): void => {
    timers.get(resource)?.()
    timers.delete(resource)
    const queue = queueOf(resource)
    for (;;) {
      const waiter = queue.next(({ consumer }) => waitMs(resource, consumer) === 0)
      if (!waiter) break
      charge(resource, waiter.cost, waiter.consumer)
      waiter.go()
    }
    if (queue.size === 0) return
    const ms = Math.min(...[...queue].map(({ consumer }) => waitMs(resource, consumer)))
    timers.set(
      resource,
      clock.after(ms, () => pump(resource))
    )
  }

  const changed = (budget: Omit<Budget, 'amount'>): void => {
    for (const resource of RESOURCES) pump(resource)
    tell(budget)
  }

  /** Who uses how much of a budget now. */
  const usesOf = ({ budget: { resource, scope }, buckets }: Entry): [string, number][] => {
    if (resource === 'streams') return [...openOf(scope)]
    if (resource === 'storage') return [...stored(scope)]
    return [...buckets].map(([one, bucket]) => [one, bucket.usedPerSecond(clock.now())])
  }

  const state = (entry: Entry): BudgetState => {
    const now = clock.now()
    const { scope, resource } = entry.budget
    const [usedBy, used] = usesOf(entry).reduce<readonly [string | undefined, number]>(
      (most, use) => (use[1] > most[1] ? use : most),
      [undefined, 0]
    )
    const waiting = [...queueOf(resource)].filter(({ consumer }) => {
      const one = oneOf(scope, consumer)
      return one !== undefined && bucketOf(entry, one).waitMs(now) > 0
    })
    return { ...entry.budget, isActive: holds(entry), used: Math.round(used), usedBy, waiting: waiting.length }
  }

  return {
    list: () => [...entries.values()].map(state),

    set(given) {
      const budget = checked(given)
      const key = budgetKey(budget)
      if (!entries.has(key) && entries.size >= MAX_BUDGETS)
        throw coreError('BAD_BUDGET', `at most ${MAX_BUDGETS} budgets`)
      table.set(budget)
      entries.set(key, entryOf(budget))
      changed(budget)
    },

    clear(given) {
      const key = budgetKey(normal(given))
      if (!entries.delete(key)) throw coreError('BUDGET_UNKNOWN', `there is no budget for ${key.trim()}`)
      table.clear(normal(given))
      changed(normal(given))
    },

    onChange,

    limits: (resource, consumer) => entries.size > 0 && concerned(resource, consumer).length > 0,

    take(resource, amount, consumer, signal) {
      if (entries.size === 0) return undefined
      const queue = queueOf(resource)
      if (queue.size === 0 && waitMs(resource, consumer) === 0) {
        charge(resource, amount, consumer)
        return undefined
      }
      if (signal.aborted) return undefined
      const { promise, resolve } = Promise.withResolvers<void>()
      const waiter: Waiting = {
        path: [consumer.plugin, consumer.peer],
        cost: amount,
        consumer,
        go() {
          signal.removeEventListener('abort', leave)
          resolve()
        }
      }
      const leave = (): void => {
        queue.remove(waiter)
        resolve()
      }
      signal.addEventListener('abort', leave, { once: true })
      queue.add(waiter)
      pump(resource)
      return promise
    },

    send(consumer) {
      const over = concerned('messages', consumer).find(([entry, one]) => bucketOf(entry, one).waitMs(clock.now()) > 0)
      if (over) throw overBudget(over[0].budget)
      charge('messages', 1, consumer)
    },

    openStream(consumer) {
      const over = concerned('streams', consumer).find(
        ([{ budget }, one]) => (openOf(budget.scope).get(one) ?? 0) >= budget.amount
      )
      if (over) throw overBudget(over[0].budget)
      const own = { ...consumer }
      open.add(own)
      return () => void open.delete(own)
    },

    storage(kind, isIt) {
      const amounts = [...entries.values()]
        .filter(({ budget: { resource, scope } }) => resource === 'storage' && scope.kind === kind)
        .filter(entry => (entry.budget.scope.id === undefined || isIt(entry.budget.scope.id)) && holds(entry))
      return amounts.length > 0 ? Math.min(...amounts.map(({ budget }) => budget.amount)) : undefined
    },

    measure(how) {
      stored = how
    }
  }
}

const overBudget = ({ scope, resource, amount }: Budget): Error =>
  coreError('OVER_BUDGET', `the budget of ${amount} ${resource} for ${scope.kind} ${scope.id ?? ''} is used up`)

/** With the schedule in its one spelling. Throws BAD_SCHEDULE. */
function normal<T extends Omit<Budget, 'amount'>>(budget: T): T {
  return { ...budget, when: budget.when === undefined ? undefined : parseSchedule(budget.when).text }
}

function checked(budget: Budget): Budget {
  const { amount, resource, scope } = budget
  const least = LEAST[resource]
  if (!Number.isSafeInteger(amount) || amount < least)
    throw coreError('BAD_BUDGET', `a budget for ${resource} is a whole number, at least ${least}`)
  if (!isScope(scope)) throw coreError('BAD_BUDGET', 'a budget is for a node, plugin, group or peer')
  if (resource === 'storage' && scope.kind === 'plugin' && STORES_FOR_ALL.has(scope.id))
    throw coreError('BAD_BUDGET', 'what the core stores is limited by budgets for the node, a group or a peer')
  return normal(budget)
}

const LEAST: Readonly<Record<Resource, number>> = {
  up: MIN_BYTES_PER_SECOND,
  down: MIN_BYTES_PER_SECOND,
  messages: 1,
  streams: 1,
  storage: MIN_STORAGE_BYTES
}

/** Not plugins of their own: what these store, if anything, everything else hangs on. */
const STORES_FOR_ALL = new Set<string | undefined>(['core', 'relay'])

const isScope = ({ kind, id }: BudgetScope): boolean => kind !== 'node' || id === undefined
