import type { GroupId, PeerId } from '../ids.ts'

/**
 * What a budget is for: this node, or one plugin, group or peer; without an id, each one of them on its own. The plugin
 * `core` is the core itself, `relay` what this node relays.
 */
export type BudgetScope =
  { kind: 'node'; id?: undefined } | { kind: 'plugin' | 'group' | 'peer'; id?: string | undefined }

/**
 * `up` and `down`: bytes per second of streams' messages; those who exceed it wait. `messages`: that a plugin sends per
 * second; more are refused, and more that come in wait. `streams`: of plugins, open at once; more are refused. `storage`:
 * bytes on this disk: of all records and all that plugins keep; of a plugin's records and what it keeps; of the records of a
 * group, or of a person (named by a device or the account) in each group. The contents of more records are left with other
 * members, and what plugins would keep beside is refused.
 */
export const RESOURCES = ['up', 'down', 'messages', 'streams', 'storage'] as const
export type Resource = (typeof RESOURCES)[number]

/** The least that `up` and `down` can be limited to: less than this, and streams look dead. */
export const MIN_BYTES_PER_SECOND = 16_384
/** The least that `storage` can be limited to: less than this is a slip. */
export const MIN_STORAGE_BYTES = 2 ** 20

/** One limit. Of several that are concerned, all hold. */
export interface Budget {
  scope: BudgetScope
  resource: Resource
  /** A whole number, at least 1; bytes per second at least MIN_BYTES_PER_SECOND, stored ones MIN_STORAGE_BYTES. */
  amount: number
  /** Times of the week, as `parseSchedule` reads them. @default always */
  when?: string | undefined
}

/** A budget and what is used of it now. */
export interface BudgetState extends Budget {
  /** Whether it holds at this time of the week. */
  isActive: boolean
  /** In the unit of `amount`; of a budget for each one, by whoever uses most. */
  used: number
  /** Who that is. */
  usedBy: string | undefined
  /** Streams that wait because of it. */
  waiting: number
}

/** Who uses something. */
export interface Consumer {
  /** The second part of a protocol's id. */
  plugin: string
  group: GroupId | undefined
  peer: PeerId
}

/** What identifies a budget: another one with the same is another amount for it. */
export const budgetKey = ({ scope, resource, when }: Omit<Budget, 'amount'>): string =>
  [scope.kind, scope.id ?? '', resource, when ?? ''].join(' ')

/** The one that a consumer is within a scope; undefined when the scope is not about it. */
export function oneOf({ kind, id }: BudgetScope, consumer: Consumer): string | undefined {
  if (kind === 'node') return 'node'
  const own = consumer[kind]
  return id === undefined || id === own ? own : undefined
}
