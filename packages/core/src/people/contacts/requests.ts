import { parseGroupId } from '../../ids.ts'
import type { AccountId } from '../../ids.ts'
import type { Database } from '../../store/store.ts'
import { readCard } from './card.ts'
import type { Card } from './card.ts'
import type { Offer } from './direct.ts'

/** Requests that wait for an answer here; the longest waiting make room. Who asks goes on asking. */
const MAX_REQUESTS = 256

/** Somebody who asks to become a contact. */
export interface ContactRequest {
  card: Card
  offer: Offer | undefined
  /** ms since 1970 */
  askedAt: number
}

/** Who asked this device. Not shared with the person's others, so that strangers cannot write at home: they are asked too. */
export interface Requests {
  list(): ContactRequest[]
  get(account: AccountId): ContactRequest | undefined
  /** False when nothing is new. */
  keep(request: ContactRequest): boolean
  /** False when there was none. */
  drop(account: AccountId): boolean
}

export function requestStore({ prepare, transaction }: Database): Requests {
  const select = prepare('SELECT * FROM contact_request WHERE account = ?')
  const selectAll = prepare('SELECT * FROM contact_request ORDER BY asked_at, account')
  const insert = prepare('INSERT OR REPLACE INTO contact_request VALUES (?, ?, ?, ?, ?)')
  const trim = prepare(`
    DELETE FROM contact_request WHERE account IN
      (SELECT account FROM contact_request ORDER BY asked_at DESC, account LIMIT -1 OFFSET ?)`)
  const remove = prepare('DELETE FROM contact_request WHERE account = ?')

  const toRequest = (row: ReturnType<typeof select.get>): ContactRequest | undefined => {
    if (!(row?.card instanceof Uint8Array)) return undefined
    const { group_id: group, link, asked_at: askedAt } = row
    const offer =
      group === null || link === null ? undefined : { group: parseGroupId(String(group)), link: String(link) }
    return { card: readCard(row.card), offer, askedAt: Number(askedAt) }
  }
  return {
    list: () => selectAll.all().flatMap(row => toRequest(row) ?? []),
    get: account => toRequest(select.get(account)),
    keep({ card, offer, askedAt }) {
      const known = select.get(card.account)
      if (known && known.link === (offer?.link ?? null)) return false
      transaction(() => {
        insert.run(card.account, card.bytes, offer?.group ?? null, offer?.link ?? null, askedAt)
        trim.run(MAX_REQUESTS)
      })
      return true
    },
    drop: account => Number(remove.run(account).changes) > 0
  }
}
