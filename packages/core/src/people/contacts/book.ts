import { compareOrder } from '../../log/entry.ts'
import type { Entry, Order } from '../../log/entry.ts'
import type { AccountId } from '../../ids.ts'
import { ownRecords } from '../own-records.ts'
import type { OwnRecordsDeps } from '../own-records.ts'
import { STRANGER, contactChange } from './contact-change.ts'
import type { ContactChange, ContactFields } from './contact-change.ts'

/** What this person's devices know of other people, the same on all of them. */
export interface ContactBook {
  /** Of somebody that nothing is known of: a stranger's fields. */
  get(account: AccountId): Readonly<ContactFields>
  /** When something was first written of them, ms since 1970. */
  since(account: AccountId): number
  accounts(): AccountId[]
  /** Sets fields for all devices; what is so already is not written. Throws DISK_FULL, STOPPED, TypeError. */
  set(account: AccountId, changes: Partial<ContactFields>): Promise<void>
  /** Somebody is known in another way than before, whichever device changed it. */
  onChange(listener: (account: AccountId) => void): void
}

interface Page {
  fields: ContactFields
  setAt: Map<string, Order>
  since: number
}

export function openContactBook(deps: OwnRecordsDeps): ContactBook {
  const pages = new Map<AccountId, Page>()
  const listeners = new Set<(account: AccountId) => void>()

  const take = ({ data: { account, changes }, order }: Entry<ContactChange>): void => {
    const page = pages.get(account) ?? { fields: { ...STRANGER }, setAt: new Map<string, Order>(), since: order.ms }
    pages.set(account, page)
    page.since = Math.min(page.since, order.ms)
    let isChanged = false
    for (const [field, value] of Object.entries(changes)) {
      const before = page.setAt.get(field)
      if (before && compareOrder(before, order) >= 0) continue
      page.setAt.set(field, order)
      Object.assign(page.fields, { [field]: value })
      isChanged = true
    }
    if (isChanged) for (const listener of listeners) listener(account)
  }
  const records = ownRecords(contactChange, deps, take)
  const get = (account: AccountId): Readonly<ContactFields> => pages.get(account)?.fields ?? STRANGER

  return {
    get,
    since: account => pages.get(account)?.since ?? 0,
    accounts: () => [...pages.keys()],
    async set(account, changes) {
      const present = get(account)
      const news = Object.entries(changes).filter(
        ([field, value]) => JSON.stringify(value) !== JSON.stringify(present[field as keyof ContactFields])
      )
      if (news.length > 0) await records.append({ account, changes: Object.fromEntries(news) })
    },
    onChange: listener => void listeners.add(listener)
  }
}
