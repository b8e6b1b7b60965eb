import type { AccountId, GroupId } from '../../ids.ts'

/**
 * `asking`: this person asked, the other has not answered. `asked`: the other asks and waits for an answer. `declined`:
 * the other said no. `contact`: both want it. `none`: neither; there is something else to remember, such as a block.
 */
export type ContactState = 'asking' | 'asked' | 'declined' | 'contact' | 'none'

/** Another person, as this person's devices know them. */
export interface Contact {
  account: AccountId
  /** What they call themselves, or the beginning of their account; 1 to 64 characters. */
  name: string
  /** What this person calls them. */
  nickname: string | undefined
  /** For this person alone; empty when there is none. */
  note: string
  state: ContactState
  /** Whether the two compared their words. */
  verified: boolean
  blocked: boolean
  /** When something was first known of them, ms since 1970. */
  since: number
  /** The group of the two, when both are in it. */
  group: GroupId | undefined
}

/** What can be changed of what is known of somebody. */
export interface ContactEdit {
  /** At most 255 characters; empty: none. */
  nickname?: string
  /** At most 4,000 characters. */
  note?: string
  /** Whether the two compared their words and saw the same. */
  verified?: boolean
}

/** The people this person knows, the same on all of their devices but for requests, which each device hears itself. */
export interface Contacts {
  /** By name. */
  list(): Contact[]
  get(account: AccountId): Contact | undefined
  /** `borgo:contact/…`: this person's card, signed; it gives no right but to ask. */
  card(): string
  /**
   * Asks somebody to become a contact, by their card, or by the account of who is connected or shares a group; they hear
   * of it as soon as they can be reached. Who asked already is accepted. Throws BAD_CARD, PERSON_UNKNOWN, FORBIDDEN
   * (blocked), DISK_FULL, STOPPED.
   */
  add(who: string): Promise<Contact>
  /** Throws CONTACT_UNKNOWN when they do not ask. */
  accept(account: AccountId): Promise<Contact>
  /** Throws CONTACT_UNKNOWN when they do not ask. */
  decline(account: AccountId): Promise<void>
  /** Twelve words, the same for both: who sees others than the other person is talking to somebody in between. */
  words(account: AccountId): string[]
  /** Throws CONTACT_UNKNOWN, TypeError. */
  edit(account: AccountId, changes: ContactEdit): Promise<Contact>
  /** Hangs up, and from now on shows and tells them nothing and hears nothing from them. Also for who is no contact. */
  block(account: AccountId): Promise<void>
  unblock(account: AccountId): Promise<void>
  /** Forgets them, and takes back what was asked of them. The group of two stays. Throws CONTACT_UNKNOWN. */
  remove(account: AccountId): Promise<void>
  /** All of them as a text, to be kept or taken to another account. */
  export(): string
  /**
   * Takes over what `export` wrote; what is known already stays as it is. Those who are new are asked to become contacts.
   * Verified counts only in the account that wrote it. Throws BAD_CONTACTS, DISK_FULL.
   */
  import(text: string): Promise<{ added: number; known: number }>
}
