import type { AccountId, GroupId } from '../ids.ts'
import type { Journal } from './journal.ts'
import type { Members } from './members.ts'
import type { Quota, QuotaOf } from './quota.ts'

/** What a group's records take on this device. */
export interface GroupStorage {
  records: number
  bytes: number
  /** Records whose body is not here yet, and is asked for. */
  wanted: number
  /** Records whose body was left out, since there was no room for it. */
  leftOut: number
  /** Records that later ones took the place of so that their body is not kept, and how long these bodies were. */
  replaced: { records: number; bytes: number }
  /** By person, the most first. */
  members: { account: AccountId; records: number; bytes: number; quotaBytes: number }[]
  /** What this device's person, the whole group, and all groups together may take. */
  quota: Quota
}

export function groupStorage(
  group: GroupId,
  options: { account: AccountId; journal: Journal; members: Pick<Members, 'accountOf'>; quotaOf: QuotaOf }
): GroupStorage {
  const { journal, members, quotaOf } = options
  const people = new Map<AccountId, GroupStorage['members'][number]>()
  for (const { bytes, device, seq } of journal.chains(group)) {
    const account = members.accountOf(group, device)
    if (account === undefined) continue
    const quotaBytes = quotaOf(group, account).memberBytes
    const { records: before, bytes: taken } = people.get(account) ?? { records: 0, bytes: 0 }
    people.set(account, { account, records: before + seq, bytes: taken + bytes, quotaBytes })
  }
  const all = [...people.values()].sort((a, b) => b.bytes - a.bytes)
  return {
    records: all.reduce((sum, { records }) => sum + records, 0),
    bytes: journal.usage(group).total,
    ...journal.bodiesElsewhere(group),
    replaced: journal.replaced(group),
    members: all,
    quota: quotaOf(group, options.account)
  }
}
