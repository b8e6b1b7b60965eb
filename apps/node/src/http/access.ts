import { createHash, randomBytes } from 'node:crypto'
import type { Access, Session, Token } from '@borgo/api'
import type { Clock, Store } from '@borgo/core'

/** A session that nobody used for this long is over, ms. */
export const SESSION_IDLE_MS = 8 * 3_600_000
/** A session is over after this long, used or not, ms. */
export const SESSION_MS = 7 * 24 * 3_600_000
/** How long a one-time link works, ms: time enough to switch from the terminal to a browser. */
export const LINK_MS = 10 * 60_000
/** How often it is looked whether what lasts is still allowed, ms; what is ended or revoked counts at once. */
export const LOOK_MS = 60_000
/** `usedAt` is written at most this often, ms. */
const TOUCH_MS = 60_000

const MIGRATIONS = [
  `CREATE TABLE session (id TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, created INTEGER NOT NULL, used INTEGER NOT NULL);
   CREATE TABLE token (id TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, name TEXT NOT NULL, scope TEXT NOT NULL,
     created INTEGER NOT NULL, expires INTEGER);`
]

/** Who may use the API. Secrets leave it once, when made; only their SHA-256 is kept, links only in memory. */
export interface AccessStore {
  createLink(): { secret: string; expiresAt: number }
  /** Uses up a link; undefined when it is unknown, used or too old. */
  signIn(secret: string): { secret: string; access: Access } | undefined
  /** Lets a session's secret in and counts as use of it. */
  bySession(secret: string): (Access & { id: string }) | undefined
  byToken(secret: string): (Access & { id: string }) | undefined
  /** Runs `end` once when the session or token is over: ended, revoked, too old. Returns its undo. */
  whenOver(id: string, end: () => void): () => void
  sessions(current?: string): Session[]
  endSession(id: string): boolean
  createToken(options: { name: string; scope: Token['scope']; expiresInMs?: number }): { token: string; info: Token }
  tokens(): Token[]
  revokeToken(id: string): boolean
}

/** 256 random bits behind a prefix by which logs can be searched for secrets. */
const newSecret = (prefix: 'l' | 's' | 't'): string => `borgo_${prefix}_${randomBytes(32).toString('base64url')}`
/** Secrets are random, so a plain hash cannot be guessed back, and looking it up leaks nothing by its timing. */
const hash = (secret: string): Buffer => createHash('sha256').update(secret).digest()
const newId = (): string => randomBytes(6).toString('hex')

export function createAccessStore(store: Store, clock: Clock): AccessStore {
  const database = store.database(MIGRATIONS)
  /** When each link expires, by its hash in hex. */
  const links = new Map<string, number>()
  const waiting = new Map<string, Set<() => void>>()
  const deadline = (created: number, used: number): number => Math.min(created + SESSION_MS, used + SESSION_IDLE_MS)

  function forgetExpired(): void {
    const now = clock.now()
    for (const [key, expires] of links) if (expires <= now) links.delete(key)
    database.prepare('DELETE FROM session WHERE created <= ? OR used <= ?').run(now - SESSION_MS, now - SESSION_IDLE_MS)
    database.prepare('DELETE FROM token WHERE expires <= ?').run(now)
  }

  function isOver(id: string): boolean {
    const now = clock.now()
    const session = database.prepare('SELECT created, used FROM session WHERE id = ?').get(id)
    if (session) return deadline(Number(session.created), Number(session.used)) <= now
    const token = database.prepare('SELECT expires FROM token WHERE id = ?').get(id)
    return !token || (token.expires !== null && Number(token.expires) <= now)
  }

  /** Passes on whether there was one. */
  function ended(id: string, wasThere: boolean): boolean {
    for (const end of [...(waiting.get(id) ?? [])]) end()
    return wasThere
  }

  return {
    whenOver(id, end) {
      const undo = (): void => {
        stopLooking()
        const all = waiting.get(id)
        all?.delete(finish)
        if (all?.size === 0) waiting.delete(id)
      }
      const finish = (): void => {
        undo()
        end()
      }
      const stopLooking = clock.every(LOOK_MS, () => {
        if (isOver(id)) finish()
      })
      waiting.set(id, (waiting.get(id) ?? new Set()).add(finish))
      return undo
    },
    createLink() {
      const secret = newSecret('l')
      const expiresAt = clock.now() + LINK_MS
      links.set(hash(secret).toString('hex'), expiresAt)
      return { secret, expiresAt }
    },
    signIn(secret) {
      forgetExpired()
      if (!links.delete(hash(secret).toString('hex'))) return undefined
      const now = clock.now()
      const session = newSecret('s')
      database
        .prepare('INSERT INTO session (id, hash, created, used) VALUES (?, ?, ?, ?)')
        .run(newId(), hash(session), now, now)
      return { secret: session, access: { by: 'session', scope: 'admin', expiresAt: deadline(now, now) } }
    },
    bySession(secret) {
      const row = database.prepare('SELECT id, created, used FROM session WHERE hash = ?').get(hash(secret))
      if (!row) return undefined
      const { id, created, used } = row as { id: string; created: number; used: number }
      const now = clock.now()
      if (deadline(created, used) <= now) return undefined
      if (now - used >= TOUCH_MS) database.prepare('UPDATE session SET used = ? WHERE id = ?').run(now, id)
      return { by: 'session', scope: 'admin', expiresAt: deadline(created, now), id }
    },
    byToken(secret) {
      const row = database.prepare('SELECT id, scope, expires FROM token WHERE hash = ?').get(hash(secret))
      if (!row) return undefined
      const { id, scope, expires } = row as { id: string; scope: Token['scope']; expires: number | null }
      if (expires !== null && expires <= clock.now()) return undefined
      return { by: 'token', scope, id, ...(expires !== null && { expiresAt: expires }) }
    },
    sessions(current) {
      forgetExpired()
      const rows = database.prepare('SELECT id, created, used FROM session ORDER BY created').all()
      return (rows as { id: string; created: number; used: number }[]).map(({ id, created, used }) => ({
        id,
        createdAt: created,
        usedAt: used,
        expiresAt: deadline(created, used),
        current: id === current
      }))
    },
    endSession: id => ended(id, database.prepare('DELETE FROM session WHERE id = ?').run(id).changes === 1),
    createToken({ name, scope, expiresInMs }) {
      const token = newSecret('t')
      const createdAt = clock.now()
      const expires = expiresInMs === undefined ? null : createdAt + expiresInMs
      const id = newId()
      database
        .prepare('INSERT INTO token (id, hash, name, scope, created, expires) VALUES (?, ?, ?, ?, ?, ?)')
        .run(id, hash(token), name, scope, createdAt, expires)
      return { token, info: { id, name, scope, createdAt, ...(expires !== null && { expiresAt: expires }) } }
    },
    tokens() {
      forgetExpired()
      const rows = database.prepare('SELECT id, name, scope, created, expires FROM token ORDER BY created').all()
      return (
        rows as { id: string; name: string; scope: Token['scope']; created: number; expires: number | null }[]
      ).map(({ id, name, scope, created, expires }) => ({
        id,
        name,
        scope,
        createdAt: created,
        ...(expires !== null && { expiresAt: expires })
      }))
    },
    revokeToken: id => ended(id, database.prepare('DELETE FROM token WHERE id = ?').run(id).changes === 1)
  }
}
