import { readText } from '../canonical.ts'
import { coreError } from '../errors.ts'
import { parseGroupId } from '../ids.ts'
import type { AccountId, GroupId } from '../ids.ts'

/** Longest data of an object, bytes; larger things are content, and the object names it. */
export const OBJECT_BYTES = 16_384
/** Objects that one device publishes, and their bytes together. */
export const MAX_OBJECTS = 1_024
export const MAX_OBJECTS_BYTES = 4 * 2 ** 20
/** Longest id and type of an object or an app, in characters; visible ASCII. */
export const LABEL_LENGTH = 64
const LABEL = /^[\x21-\x7e]{1,64}$/
/** What an app says that it can do. */
export const MAX_CAPABILITIES = 32
/** Longest life of an object: ten years, ms. */
export const MAX_LIFE_MS = 10 * 365 * 86_400_000

/** Who is shown something: who is connected on the same link, the contacts, the members of a group, or all who are connected. */
export type Scope = 'link' | 'contacts' | 'all' | GroupId

/** A small thing that a person shows others for as long as they like, such as a picture of theirs or the state of a game. */
export interface PublishedObject {
  /** Of this person's own choice, e.g. `avatar`: 1 to 64 characters of visible ASCII. */
  id: string
  /** What it is, for programs that look for it, e.g. `image/png`: 1 to 64 characters of visible ASCII. */
  type: string
  /** At most 16,384 bytes. */
  data: Uint8Array
  scope: Scope
  /** ms since 1970 */
  publishedAt: number
  /** ms since 1970; undefined: until it is withdrawn. */
  expiresAt: number | undefined
}

/** An object of somebody, as this person may see it. */
export type SeenObject = Omit<PublishedObject, 'scope'> & { account: AccountId }

export interface Objects {
  /**
   * Shows an object, or another version of it, until it is withdrawn or `expiresInMs` (1 to ten years) is over; also
   * after a restart. Throws TypeError, TOO_LARGE (over 16 KiB; 1,024 objects or 4 MiB together), DISK_FULL.
   */
  publish(object: Pick<PublishedObject, 'id' | 'type' | 'data' | 'scope'> & { expiresInMs?: number }): PublishedObject
  /** Throws OBJECT_UNKNOWN. */
  withdraw(id: string): void
  /** What this device publishes. */
  own(): PublishedObject[]
  /** What others who are connected show to this person, or one of them does. */
  list(options?: { account?: AccountId; type?: string }): SeenObject[]
}

/** A program that a person can be invited to use. */
export interface App {
  /** Its own, the same everywhere, e.g. `chess`: 1 to 64 characters of visible ASCII. */
  id: string
  /** For people, 1 to 64 characters. */
  name: string
  /** At most 32 of 1 to 64 characters of visible ASCII. */
  capabilities: string[]
}

export interface Apps {
  /** Says that this person has an app, for as long as the plugin runs; returns its undo. Throws TypeError. */
  register(app: App & { scope: Scope }): () => void
  own(): (App & { scope: Scope })[]
  /** The apps of somebody who is connected, as far as they show them to this person. */
  of(account: AccountId): App[]
}

/** Throws BAD_MESSAGE. */
export function readLabel(value: unknown): string {
  const text = readText(value, LABEL_LENGTH)
  if (!LABEL.test(text)) throw coreError('BAD_MESSAGE', 'expected 1 to 64 characters of visible ASCII')
  return text
}

/** Checks what the local person chose; throws TypeError. */
export function localLabel(what: string, value: string): string {
  if (!LABEL.test(value)) throw new TypeError(`${what}: 1 to ${LABEL_LENGTH} characters of visible ASCII`)
  return value
}

/** Checks what the local person chose; throws TypeError. */
export function localScope(scope: string): Scope {
  if (scope === 'link' || scope === 'contacts' || scope === 'all') return scope
  try {
    return parseGroupId(scope)
  } catch (cause) {
    throw new TypeError('a scope is link, contacts, all, or the id of a group', { cause })
  }
}
