import { coreError } from '../errors.ts'
import type { AccountId, GroupId, PeerId } from '../ids.ts'
import { pluginOf } from '../log/kind.ts'
import type { HasRoomOf, Quota, QuotaOf } from '../log/quota.ts'
import type { BudgetScope } from './budget.ts'
import type { Metered } from './budgets.ts'
import type { PluginStorage, StorageUse } from './plugin-storage.ts'

type Owner = AccountId | PeerId

/** What a log says of the records that it holds, bytes. */
export interface StoredRecords {
  /** By group, and by person there. */
  stored(): Map<GroupId, ReadonlyMap<Owner, number>>
  /** By plugin, as far as records can be read. */
  storedByPlugin(): ReadonlyMap<string, number>
  storedOf(plugin: string): number
  reconsider(): void
}

/** Between those who count what is on disk, the log and the plugins, and the budgets, which say how much may be. */
export interface StorageBudgets {
  quotaOf: QuotaOf
  hasRoomOf: HasRoomOf
  /** For one plugin; `count` returns its undo. */
  of(plugin: string): Omit<PluginStorage, 'count'> & { count(keeps: () => number): () => void }
  use(): StorageUse
  /** Shows in budgets what a log holds, and lets it fetch what it left out when a budget changes. Returns its undo. */
  limit(log: StoredRecords): () => void
}

export function storageBudgets(options: {
  budgets: Pick<Metered, 'measure' | 'onChange' | 'storage'>
  members: { accountOf(group: GroupId, device: PeerId): AccountId | undefined }
  /** What holds where no budget is set. */
  usual: Quota
}): StorageBudgets {
  const { budgets, members, usual } = options
  const keeping = new Map<string, () => number>()
  let records: StoredRecords | undefined

  /** A person is named by a device or by the account. */
  const isOf = (group: GroupId, owner: Owner, id: string): boolean =>
    id === owner || members.accountOf(group, id as PeerId) === owner
  const limitOf = (plugin: string): number | undefined => budgets.storage('plugin', id => id === plugin)
  const keptBy = (plugin: string): number => keeping.get(plugin)?.() ?? 0
  const keptByAll = (): number => keeping.values().reduce((sum, keeps) => sum + keeps(), 0)
  const usedBy = (plugin: string): number => (records?.storedOf(plugin) ?? 0) + keptBy(plugin)
  const recordBytes = (): number =>
    [...(records?.stored().values() ?? [])].reduce((all, owners) => owners.values().reduce((a, b) => a + b, all), 0)

  const check = (whose: string, used: number, more: number, limit: number | undefined): void => {
    if (limit === undefined || used + more <= limit) return
    const wanted = more > 0 ? `${megabytes(more)} more do not fit` : 'nothing more is kept'
    throw coreError(
      'STORAGE_LIMIT',
      `${whose} takes ${megabytes(used)} of the ${megabytes(limit)} it may, ${wanted}: delete what is not needed any more, or raise the budget for storage`
    )
  }

  /** By plugin, of those that a budget is for. */
  const usedByPlugin = (only: string | undefined): Map<string, number> => {
    const names = new Set([...(records?.storedByPlugin().keys() ?? []), ...keeping.keys()])
    return new Map(
      [...names]
        .filter(name => name !== CORE && (only === undefined || only === name))
        .map(name => [name, usedBy(name)])
    )
  }

  return {
    quotaOf(group, owner) {
      const node = budgets.storage('node', () => true)
      return {
        memberBytes: budgets.storage('peer', id => isOf(group, owner, id)) ?? usual.memberBytes,
        groupBytes: budgets.storage('group', id => id === group) ?? usual.groupBytes,
        nodeBytes: node === undefined ? usual.nodeBytes : Math.max(0, node - keptByAll())
      }
    },

    hasRoomOf(kind, bytes) {
      const plugin = pluginOf(kind)
      if (plugin === CORE) return true
      const limit = limitOf(plugin)
      return limit === undefined || usedBy(plugin) + bytes <= limit
    },

    of: plugin => ({
      count(keeps) {
        keeping.set(plugin, keeps)
        return () => {
          if (keeping.get(plugin) === keeps) keeping.delete(plugin)
        }
      },
      claim(bytes) {
        check(plugin, usedBy(plugin), bytes, limitOf(plugin))
        const node = budgets.storage('node', () => true)
        if (node !== undefined) check('this node', recordBytes() + keptByAll(), bytes, node)
      }
    }),

    use() {
      const stored = records?.storedByPlugin() ?? new Map<string, number>()
      const names = new Set([...stored.keys(), ...keeping.keys()])
      const plugins = [...names].map(plugin => ({
        plugin,
        recordBytes: stored.get(plugin) ?? 0,
        keptBytes: keptBy(plugin),
        limitBytes: plugin === CORE ? undefined : limitOf(plugin)
      }))
      return {
        plugins: plugins.sort((a, b) => b.recordBytes + b.keptBytes - a.recordBytes - a.keptBytes),
        bytes: recordBytes() + keptByAll(),
        limitBytes: budgets.storage('node', () => true)
      }
    },

    limit(log) {
      records = log
      budgets.measure(({ id, kind }: BudgetScope) => {
        if (kind === 'plugin') return usedByPlugin(id)
        if (kind === 'node') return new Map([['node', recordBytes() + keptByAll()]])
        const used = new Map<string, number>()
        for (const [group, owners] of log.stored()) {
          if (kind === 'group' && id !== undefined && id !== group) continue
          for (const [owner, bytes] of owners) {
            const isCounted = kind !== 'peer' || id === undefined || isOf(group, owner, id)
            const name = kind === 'group' ? group : owner
            const before = used.get(name) ?? 0
            // A person's records are limited in each group on its own.
            if (isCounted) used.set(name, kind === 'peer' ? Math.max(before, bytes) : before + bytes)
          }
        }
        return used
      })
      return budgets.onChange(({ resource }) => {
        if (resource === 'storage') log.reconsider()
      })
    }
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

/** Its records are what everything else hangs on: groups, people and the node limit them, no plugin's budget does. */
const CORE = 'core'
