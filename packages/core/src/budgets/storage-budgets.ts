import type { AccountId, GroupId, PeerId } from '../ids.ts'
import type { Quota, QuotaOf } from '../log/quota.ts'
import type { BudgetScope } from './budget.ts'
import type { Metered } from './budgets.ts'

type Owner = AccountId | PeerId

/** Budgets for what records take on disk, between the log, which counts, and the budgets, which say how much may be. */
export function storageBudgets(options: {
  budgets: Pick<Metered, 'measure' | 'onChange' | 'storage'>
  members: { accountOf(group: GroupId, device: PeerId): AccountId | undefined }
  /** What holds where no budget is set. */
  usual: Quota
}): {
  quotaOf: QuotaOf
  /** Shows in budgets what a log holds, and lets it fetch what it left out when a budget changes. Returns its undo. */
  limit(log: { stored(): Map<GroupId, ReadonlyMap<Owner, number>>; reconsider(): void }): () => void
} {
  const { budgets, members, usual } = options
  /** A person is named by a device or by the account. */
  const isOf = (group: GroupId, owner: Owner, id: string): boolean =>
    id === owner || members.accountOf(group, id as PeerId) === owner

  return {
    quotaOf: (group, owner) => ({
      memberBytes: budgets.storage('peer', id => isOf(group, owner, id)) ?? usual.memberBytes,
      groupBytes: budgets.storage('group', id => id === group) ?? usual.groupBytes,
      nodeBytes: budgets.storage('node', () => true) ?? usual.nodeBytes
    }),

    limit(log) {
      budgets.measure(({ id, kind }: BudgetScope) => {
        const used = new Map<string, number>()
        for (const [group, owners] of log.stored()) {
          if (kind === 'group' && id !== undefined && id !== group) continue
          for (const [owner, bytes] of owners) {
            const isCounted = kind !== 'peer' || id === undefined || isOf(group, owner, id)
            const name = { node: 'node', plugin: 'core', group, peer: owner }[kind]
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
