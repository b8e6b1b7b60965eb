import type { AccountId, OperationId, PeerId } from '../ids.ts'
import type { Action, ActionType } from './action.ts'
import { dagOf } from './dag.ts'
import type { Dag } from './dag.ts'
import { apply, count } from './effect.ts'
import type { Operation } from './operation.ts'
import { certificateOf } from './operation.ts'
import { isLastOwner, refusal, takesFrom } from './permission.ts'
import { isBelow } from './role.ts'
import { founded } from './state.ts'
import type { EpochState, GroupState } from './state.ts'

/** What a group's operations amount to, and which of them amount to nothing. */
export interface Resolution {
  state: GroupState
  /** How often all operations were gone through for it, at most `MOST_FOLDS`. */
  folds: number
  /** Why an operation has no effect, for those that have none. */
  without: ReadonlyMap<OperationId, string>
}

/**
 * The state that these operations give, whatever order they come in; undefined without the founding one. Operations
 * whose parents are missing count for nothing.
 *
 * Applied parents first, then by hash; what the state at its place does not permit has no effect. Removing and demoting
 * somebody else is strong: it voids what the other did concurrently with the role that it loses, and all that hangs on
 * it. Two who do it to each other at once both succeed, when both may. Who is senior is heard first.
 */
export function resolve(operations: Iterable<Operation>): GroupState | undefined {
  return resolveDag(dagOf(operations))?.state
}

/** As `resolve`, with the reasons. */
export function resolveDag(dag: Dag): Resolution | undefined {
  const ruling: Ruling = { voided: new Set(), upheld: new Set(), settled: new Set() }
  const works = worksOf(dag)
  for (;;) {
    const folded = fold(dag, works, ruling)
    if (!folded) return undefined
    const { folds } = works
    if (folds < MOST_FOLDS && settle(dag, works, folded.blows, ruling, { atOnce: folds >= FOLDS_ONE_BY_ONE })) continue
    if (works.folds < MOST_FOLDS && bringBack(dag, works, folded, ruling)) continue
    settleEpoch(dag, folded.state)
    return { ...folded, folds: works.folds }
  }
}

/**
 * How often the consequences of a blow are drawn before the next one is looked at. Further ones are drawn together: who
 * contradicts themselves and others as often as they can must not cost everybody else hours.
 */
export const FOLDS_ONE_BY_ONE = 16
/** Then what is left has no consequences. Who is senior is heard first, so that it is the junior ones' blows. */
export const MOST_FOLDS = 48
/** The latest removals and demotions of one person that may hold although they seem to have no effect. */
const MOST_TRIED = 8

/** What was decided about operations that are concurrent with a blow. */
interface Ruling {
  voided: Set<OperationId>
  /** Blows that hold although their author is gone: struck at the same time as the blow that removed it. */
  upheld: Set<OperationId>
  /** Blows against others whose consequences are drawn: they stand. */
  settled: Set<OperationId>
}

/** An operation that takes a role, a membership or a device from somebody. */
interface Blow {
  operation: Operation
  /** What it hits: all devices of an account, or one. */
  account: AccountId
  device: PeerId | undefined
  /**
   * What people do to themselves voids nothing that they did for others: who could backdate it could undo all of that.
   * A device that is locked out takes those along that were let in by it, or by the account's word, meanwhile.
   */
  isOwn: boolean
  /** Whether it keeps out who comes by the account's word. */
  isGuard: boolean
  isRemoval: boolean
  /** Blows by whom it hits against whom it comes from, permitted when it fell: whether concurrent is not looked at yet. */
  counterblows: Operation[]
  /** Of its author; the lower, the sooner it is heard. */
  seniority: number
}

/** What devices did, by device; and which devices are whose. */
interface Works {
  byDevice: Map<PeerId, Operation[]>
  devices: Map<AccountId, Set<PeerId>>
  /** Where others let a further device of a person in. */
  recoveries: Map<AccountId, Operation[]>
  /** Whose a device is, by the certificate that came first. */
  accounts: Map<PeerId, AccountId>
  /** How often all operations were gone through. */
  folds: number
}

/** What a demoted manager loses: these acts need the role. */
const MANAGING: ReadonlySet<ActionType> = new Set([
  'invite',
  'revokeInvitation',
  'accept',
  'decline',
  'setRole',
  'transferOwnership',
  'remove',
  'setPolicy'
])
/** Keys that records were written under are kept in any case; `settleEpoch` sees to it that none of them serves on. */
const KEYS: ReadonlySet<ActionType> = new Set(['rotateKey', 'shareKey'])

function worksOf({ ordered }: Dag): Works {
  const works: Works = {
    byDevice: new Map(),
    devices: new Map(),
    recoveries: new Map(),
    accounts: new Map(),
    folds: 0
  }
  for (const operation of ordered) {
    const list = works.byDevice.get(operation.device)
    if (list) list.push(operation)
    else works.byDevice.set(operation.device, [operation])
    const certificate = certificateOf(operation.action)
    if (!certificate) continue
    if (!works.accounts.has(certificate.device)) works.accounts.set(certificate.device, certificate.account)
    if (operation.action.type === 'recover')
      works.recoveries.set(certificate.account, [...(works.recoveries.get(certificate.account) ?? []), operation])
    const devices = works.devices.get(certificate.account)
    if (devices) devices.add(certificate.device)
    else works.devices.set(certificate.account, new Set([certificate.device]))
  }
  return works
}

type Folded = Omit<Resolution, 'folds'> & { blows: Blow[] }

function fold(dag: Dag, works: Works, ruling: Ruling): Folded | undefined {
  works.folds++
  const [first, ...rest] = dag.ordered
  const state = first && founded(first)
  if (!state) return undefined
  const without = new Map<OperationId, string>()
  const blows: Blow[] = []
  for (const operation of rest) {
    count(state, operation)
    const isUpheld = ruling.upheld.has(operation.id) && canUphold(state, operation)
    const reason = ruling.voided.has(operation.id) ? 'its author lost the right at the same time' : undefined
    const refused = reason ?? (isUpheld ? undefined : refusal(state, operation))
    if (refused !== undefined) {
      without.set(operation.id, refused)
      continue
    }
    const blow = blowOf(state, works, operation)
    if (blow) blows.push(blow)
    apply(state, operation, dag.depth(operation.id))
  }
  return { state, without, blows }
}

function canUphold(state: GroupState, { action }: Operation): boolean {
  switch (action.type) {
    case 'remove':
      return state.members.has(action.account) && !isLastOwner(state, action.account)
    case 'setRole':
      return state.members.get(action.account)?.role !== action.role && !isLastOwner(state, action.account)
    case 'revokeDevice': {
      const account = state.accounts.get(action.device)
      const member = account === undefined ? undefined : state.members.get(account)
      return member !== undefined && (member.devices.size > 1 || !isLastOwner(state, member.account))
    }
    default:
      return false
  }
}

function blowOf(state: GroupState, works: Works, operation: Operation): Blow | undefined {
  const { action, device } = operation
  const actor = state.accounts.get(device) ?? state.departed.get(device)
  if (actor === undefined) return undefined
  const seniority = state.owners.get(actor) ?? Infinity
  if (action.type === 'revokeDevice') {
    const counterblows = (works.byDevice.get(action.device) ?? []).filter(
      one => one.action.type === 'revokeDevice' && one.action.device === device && refusal(state, one) === undefined
    )
    const own = { account: actor, isOwn: true, isGuard: true, isRemoval: true }
    return { operation, ...own, device: action.device, counterblows, seniority }
  }
  if (action.type === 'guard') {
    const own = { account: actor, device: undefined, isOwn: true, isGuard: true, isRemoval: false }
    return { operation, ...own, counterblows: [], seniority }
  }
  const taken = takesFrom(action, state, actor)
  if (!taken) return undefined
  const { account, isRemoval } = taken
  const counterblows = worksBy(works, account).filter(
    one =>
      account !== actor && takesFrom(one.action, state, account)?.account === actor && refusal(state, one) === undefined
  )
  const isOwn = account === actor
  return { operation, account, device: undefined, isOwn, isGuard: false, isRemoval, counterblows, seniority }
}

function worksBy({ byDevice, devices }: Works, account: AccountId): Operation[] {
  return [...(devices.get(account) ?? [])].flatMap(device => byDevice.get(device) ?? [])
}

/** Draws the consequences of blows, the most senior's first: of one that changes anything, or `atOnce` of all. True then. */
function settle(dag: Dag, works: Works, blows: Blow[], ruling: Ruling, { atOnce }: { atOnce: boolean }): boolean {
  const place = new Map(blows.map((blow, index) => [blow, index]))
  const waiting = blows
    .filter(({ operation }) => !ruling.settled.has(operation.id))
    .sort((a, b) =>
      a.seniority === b.seniority ? (place.get(a) ?? 0) - (place.get(b) ?? 0) : a.seniority - b.seniority
    )
  const start = ruling.voided.size + ruling.upheld.size
  for (const blow of waiting) {
    if (ruling.voided.has(blow.operation.id)) continue
    // What people do to themselves can still be voided by who removes them.
    if (!blow.isOwn) ruling.settled.add(blow.operation.id)
    const before = ruling.voided.size + ruling.upheld.size
    for (const act of actsLost(works, blow)) {
      if (ruling.settled.has(act.id) || ruling.voided.has(act.id) || !isConcurrent(dag, act, blow.operation)) continue
      if (blow.counterblows.includes(act)) ruling.upheld.add(act.id)
      else if (!ruling.upheld.has(act.id)) ruling.voided.add(act.id)
    }
    if (!atOnce && ruling.voided.size + ruling.upheld.size > before) return true
  }
  return ruling.voided.size + ruling.upheld.size > start
}

/**
 * Somebody's removal or demotion holds when only what that one did without knowing of it is in its way: such as a leave
 * dated back to before they gave their remover its role. True when one is brought back.
 */
function bringBack(dag: Dag, works: Works, { state, without }: Folded, ruling: Ruling): boolean {
  const obstaclesTo = (operation: Operation): Operation[] => {
    const account = takenBy(works, operation)
    if (account === undefined || isDone(state, operation.action)) return []
    return worksBy(works, account).filter(
      act =>
        takenBy(works, act) === undefined &&
        isLostBy(operation.action, act.action) &&
        !ruling.voided.has(act.id) &&
        isConcurrent(dag, act, operation)
    )
  }
  const foldedWithout = (obstacles: readonly Operation[]): Resolution['without'] | undefined => {
    const voided = new Set([...ruling.voided, ...obstacles.map(({ id }) => id)])
    return fold(dag, works, { ...ruling, voided })?.without
  }
  const candidates = latestOfEach(
    works,
    dag.ordered.filter(operation => {
      const { id } = operation
      return without.has(id) && !ruling.voided.has(id) && takenBy(works, operation) !== undefined
    })
  )
    .map(operation => ({ operation, obstacles: obstaclesTo(operation) }))
    .filter(({ obstacles }) => obstacles.length > 0)
  if (candidates.length === 0) return false
  // Nearly always none holds: that is seen in one go.
  const withoutAny = foldedWithout(candidates.flatMap(({ obstacles }) => obstacles))
  const found = candidates
    .filter(({ operation: { id } }) => withoutAny?.has(id) === false)
    .find(({ operation: { id }, obstacles }) => works.folds < MOST_FOLDS && foldedWithout(obstacles)?.has(id) === false)
  for (const { id } of found?.obstacles ?? []) ruling.voided.add(id)
  return found !== undefined
}

/** Of each author the latest few, in the same order: nobody's are crowded out, and nobody's cost more than a few. */
function latestOfEach({ accounts }: Works, operations: readonly Operation[]): Operation[] {
  const counts = new Map<AccountId | PeerId, number>()
  const found: Operation[] = []
  for (const operation of operations.toReversed()) {
    const author = accounts.get(operation.device) ?? operation.device
    const count = (counts.get(author) ?? 0) + 1
    counts.set(author, count)
    if (count <= MOST_TRIED) found.push(operation)
  }
  return found.reverse()
}

/** Whether who is removed or demoted loses what they did meanwhile; what they did to others at once, see `Blow`. */
function isLostBy({ type }: Action, lost: Action): boolean {
  return !KEYS.has(lost.type) && (type === 'remove' || MANAGING.has(lost.type))
}

/** Whether whom it removes is removed, or whom it demotes in no higher role, for whatever reason. */
function isDone({ members, removed }: GroupState, action: Action): boolean {
  if (action.type !== 'setRole') return action.type !== 'remove' || removed.has(action.account)
  const member = members.get(action.account)
  return !member || !isBelow(action.role, member.role)
}

/** Whom an operation removes or gives another role, unless its author does that to themselves. */
function takenBy({ devices }: Works, { action, device }: Operation): AccountId | undefined {
  if (action.type !== 'remove' && action.type !== 'setRole') return undefined
  return devices.get(action.account)?.has(device) ? undefined : action.account
}

/** What whom it hits did by the right that the blow takes, and its counterblows, at whatever time. */
function actsLost(works: Works, blow: Blow): Operation[] {
  const { operation, account, device, isGuard, isOwn, isRemoval, counterblows } = blow
  if (isGuard) {
    const all = device === undefined ? [] : (works.byDevice.get(device) ?? [])
    const added = all.filter(({ action }) => action.type === 'addDevice')
    return [...counterblows, ...added, ...(works.recoveries.get(account) ?? [])]
  }
  if (isOwn) return counterblows
  return worksBy(works, account).filter(
    ({ id, action }) => id !== operation.id && !KEYS.has(action.type) && (isRemoval || MANAGING.has(action.type))
  )
}

/** Many are asked about one second operation. */
function isConcurrent(dag: Dag, { id }: Operation, { id: other }: Operation): boolean {
  const around = dag.around(other)
  return id !== other && !around.isAfter(id) && !around.isBefore(id)
}

/** Epochs that are looked at when none is good: only rotations at the same time as removals make a difference. */
const COMPARED_EPOCHS = 8

/**
 * The epoch that serves: the newest that began after all that calls for a new key. While there is none, the one that
 * began after most of it; it is stale, and who writes begins another one first.
 */
function settleEpoch(dag: Dag, state: GroupState): void {
  const newest = [...state.epochs.values()].sort((a, b) => b.epoch - a.epoch)
  const after = state.turns.toReversed().map(turn => (epoch: EpochState) => dag.around(turn).isAfter(epoch.operation))
  // One turn after the other: of each it is found out once what follows it.
  let left = newest
  for (const isAfter of after) left = left.filter(isAfter)
  const [good] = left
  const compared = new Map(newest.slice(0, COMPARED_EPOCHS).map(epoch => [epoch, 0]))
  if (!good)
    for (const isAfter of after)
      for (const [epoch, count] of compared) if (isAfter(epoch)) compared.set(epoch, count + 1)
  const covered = (epoch: EpochState): number => compared.get(epoch) ?? 0
  const best = good ?? maxBy(newest.slice(0, COMPARED_EPOCHS), covered)
  if (best) state.epoch = best.epoch
  state.isStale = !good
}

/** The first of the items with the largest value. */
function maxBy<T>(items: readonly T[], value: (item: T) => number): T | undefined {
  let best: { item: T; value: number } | undefined
  for (const item of items) {
    const own = value(item)
    if (!best || own > best.value) best = { item, value: own }
  }
  return best?.item
}
