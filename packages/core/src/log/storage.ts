import type { AccountId, GroupId } from '../ids.ts'
import type { Journal } from './journal.ts'
import type { Members } from './members.ts'
import type { Quota } from './quota.ts'

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
  members: { account: AccountId; records: number; bytes: number }[]
  /** What one person, and the whole group, may take. */
  quota: Quota
}

export function groupStorage(
  group: GroupId,
  { journal, members, quota }: { journal: Journal; members: Pick<Members, 'accountOf'>; quota: Quota }
): GroupStorage {
  const people = new Map<AccountId, { account: AccountId; records: number; bytes: number }>()
  for (const { bytes, device, seq } of journal.chains(group)) {
    const account = members.accountOf(group, device)
    if (account === undefined) continue
    const person = people.get(account) ?? { account, records: 0, bytes: 0 }
    people.set(account, { account, records: person.records + seq, bytes: person.bytes + bytes })
  }
  const all = [...people.values()].sort((a, b) => b.bytes - a.bytes)
  return {
    records: all.reduce((sum, { records }) => sum + records, 0),
    bytes: journal.usage(group).total,
    ...journal.bodiesElsewhere(group),
    replaced: journal.replaced(group),
    members: all,
    quota
  }
}
