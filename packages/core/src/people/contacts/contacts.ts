import { coreError } from '../../errors.ts'
import type { Identity } from '../../identity/identity.ts'
import { parseAccountId } from '../../ids.ts'
import type { AccountId, GroupId, PeerId } from '../../ids.ts'
import { MAX_LINK_ADDRESSES, MAX_LINK_PEERS } from '../../peers/whereabouts.ts'
import type { Asking } from './asking.ts'
import type { ContactBook } from './book.ts'
import { cardLink, readCardLink } from './card.ts'
import { STRANGER, contactChange } from './contact-change.ts'
import type { ContactFields } from './contact-change.ts'
import type { Contact, ContactState, Contacts } from './contact.ts'
import { readContacts, writeContacts } from './contacts-file.ts'
import type { KeptContact } from './contacts-file.ts'
import type { DirectIndex } from './direct-index.ts'
import type { Directs } from './direct.ts'
import type { Requests } from './requests.ts'
import { contactWords } from './words.ts'

/** Somebody whom this node met, though not by a card. */
export interface Met {
  name: string
  /** Where their devices can be reached. */
  devices: Map<PeerId, readonly string[]>
}

export interface ContactsDeps {
  self: Pick<Identity, 'account'>
  card(): Uint8Array
  book: ContactBook
  requests: Requests
  index: DirectIndex
  directs: Directs
  asking: Asking
  /** What a member of a group is called. */
  nameIn(group: GroupId, account: AccountId): string | undefined
  /** Who is connected or shares a group. */
  met(account: AccountId): Met | undefined
  changed(account: AccountId): void
}

export function createContacts(deps: ContactsDeps): Contacts {
  const { self, book, requests, index, directs, asking, met, changed } = deps

  const stateOf = (account: AccountId): ContactState => {
    const { mine, theirs } = book.get(account)
    if (mine !== 'yes') return requests.get(account) ? 'asked' : 'none'
    return theirs === 'yes' ? 'contact' : theirs === 'declined' ? 'declined' : 'asking'
  }
  const get = (account: AccountId): Contact | undefined => {
    const state = stateOf(account)
    const { blocked, name, nickname, note, verified } = book.get(account)
    if (state === 'none' && !blocked) return undefined
    const request = requests.get(account)
    const direct = index.with(account)
    return {
      account,
      name: (direct && deps.nameIn(direct.group, account)) || name || request?.card.name || account.slice(0, 16),
      nickname: nickname || undefined,
      note,
      state,
      verified,
      blocked,
      since: book.since(account) || (request?.askedAt ?? 0),
      group: direct?.state === 'joined' ? direct.group : undefined
    }
  }
  const known = (account: AccountId): Contact => {
    const contact = get(account)
    if (!contact) throw coreError('CONTACT_UNKNOWN', `${account} is no contact of yours`)
    return contact
  }
  const asked = (account: AccountId) => {
    const request = requests.get(account)
    if (!request) throw coreError('CONTACT_UNKNOWN', `${account} does not ask to be a contact`)
    return request
  }
  const notSelf = (account: AccountId): void => {
    if (account === self.account) throw coreError('PERSON_UNKNOWN', 'this is you')
  }

  const accept = async (account: AccountId): Promise<Contact> => {
    const { card, offer } = asked(account)
    const { name, devices } = card
    await book.set(account, { mine: 'yes', theirs: 'yes', name, devices: Object.fromEntries(devices) })
    requests.drop(account)
    changed(account)
    if (offer) directs.take(account, offer)
    else await directs.open(account)
    asking.tell(account)
    return known(account)
  }

  /** What a card, or having met, says of a person. */
  const lookUp = (who: string): { account: AccountId } & Pick<ContactFields, 'name' | 'devices'> => {
    if (!who.startsWith('z6Mk')) {
      const { account, name, devices } = readCardLink(who)
      return { account, name, devices: Object.fromEntries(devices) }
    }
    const account = parseAccountId(who)
    const person = met(account)
    if (!person)
      throw coreError('PERSON_UNKNOWN', 'you are not connected to this person and share no group: use a card')
    const devices = [...person.devices]
      .slice(0, MAX_LINK_PEERS)
      .map(([device, addresses]) => [device, addresses.slice(0, MAX_LINK_ADDRESSES)] as const)
    return { account, name: person.name, devices: Object.fromEntries(devices) }
  }

  const add = async (who: string): Promise<Contact> => {
    const { account, ...found } = lookUp(who)
    notSelf(account)
    const { blocked, theirs } = book.get(account)
    if (blocked) throw coreError('FORBIDDEN', 'you have blocked this person: unblock them first')
    if (requests.get(account)) return await accept(account)
    await book.set(account, { ...found, mine: 'yes', theirs: theirs === 'yes' ? 'yes' : 'unknown' })
    await directs.open(account)
    asking.tell(account)
    return known(account)
  }

  const kept = ({ account, state }: Contact): KeptContact => {
    const { name, nickname, note, verified, blocked, devices } = book.get(account)
    return { account, contact: state !== 'none', name, nickname, note, verified, blocked, devices }
  }
  /** False when nothing was new. */
  const take = async ({ account, contact, ...fields }: KeptContact, isOwn: boolean): Promise<boolean> => {
    if (account === self.account || get(account)) return false
    await book.set(account, { ...fields, verified: isOwn && fields.verified, ...(contact && { mine: 'yes' }) })
    return true
  }

  return {
    list: () =>
      [...new Set([...book.accounts(), ...requests.list().map(({ card }) => card.account)])]
        .flatMap(account => get(account) ?? [])
        .sort((a, b) => (a.nickname ?? a.name).localeCompare(b.nickname ?? b.name)),
    get,
    card: () => cardLink(deps.card()),
    add,
    accept,
    async decline(account) {
      const { card } = asked(account)
      await book.set(account, { mine: 'declined', name: card.name })
      requests.drop(account)
      changed(account)
      asking.tell(account, 'no')
    },
    words: account => contactWords(self.account, account),
    async edit(account, changes) {
      known(account)
      const fields = { ...changes }
      try {
        contactChange.parse({ account, changes: fields })
      } catch (cause) {
        throw new TypeError('a nickname has at most 255 characters, a note 4,000', { cause })
      }
      await book.set(account, fields)
      return known(account)
    },
    async block(account) {
      notSelf(account)
      if (requests.drop(account)) changed(account)
      const name = book.get(account).name || met(account)?.name
      await book.set(account, { blocked: true, ...(name && { name }) })
    },
    async unblock(account) {
      await book.set(account, { blocked: false })
    },
    async remove(account) {
      const { state } = known(account)
      if (requests.drop(account)) changed(account)
      const { blocked, name } = book.get(account)
      await book.set(account, { ...STRANGER, name, blocked })
      await directs.withdraw(account)
      if (state === 'asking') asking.tell(account, 'no')
    },
    export: () =>
      writeContacts({
        account: self.account,
        contacts: book.accounts().flatMap(account => {
          const contact = get(account)
          return contact ? [kept(contact)] : []
        })
      }),
    async import(text) {
      const file = readContacts(text)
      let added = 0
      for (const contact of file.contacts) if (await take(contact, file.account === self.account)) added++
      return { added, known: file.contacts.length - added }
    }
  }
}
