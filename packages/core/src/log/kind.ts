import type { Role } from '../groups/role.ts'

/**
 * A kind of record that a plugin defines. A record whose body fails `parse`, whose author lacks `role`, or which is
 * longer than `maxBytes` is never shown to anyone (SPEC L-7).
 */
export interface RecordKind<T> {
  /** `<plugin>/<noun>`; never reused for another shape. */
  name: string
  /** The least role that may write it. */
  role: Role
  /** Longest encoded body in bytes, at most 65,536; larger things are content links. */
  maxBytes: number
  /**
   * What a record says something of, such as the name of a setting, 1 to 256 characters. Then a later one of the same
   * device and key takes its place: it is not shown any more, and its body is deleted later. Such a record must say all
   * that counts, or be appended with `adds`. Undefined: it is kept. @default all are kept
   */
  key?(data: T): string | undefined
  /** How long after it was written a record is shown; its body is deleted later. @default for ever */
  lifetimeMs?: number
  /** The one place where bytes of a peer become a value: returns it or throws. The input is decoded DAG-CBOR. */
  parse(value: unknown): T
  /** What `Groups.search` finds it by: at most 16 fields by name, such as `title`. @default it is not found */
  text?(data: T): Readonly<Record<string, string>>
}

export interface AppendOptions {
  /** The record stands beside earlier ones of its key, until one that does not add takes the place of all of them. */
  adds?: boolean
}

/** A kind of message that is passed on and never stored. Same rules as `RecordKind`; `maxBytes` at most 16,384. */
export interface Channel<T> {
  name: string
  role: Role
  maxBytes: number
  parse(value: unknown): T
}

/** Whose a kind is: kinds are named `<plugin>/…`. */
export function pluginOf(kind: string): string {
  return kind.split('/', 1)[0] ?? ''
}
