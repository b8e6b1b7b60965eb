import type { Clock } from '../clock.ts'
import { coreError } from '../errors.ts'
import type { Database, Row } from '../store/store.ts'
import { MAX_LIFE_MS, MAX_OBJECTS, MAX_OBJECTS_BYTES, OBJECT_BYTES, localLabel, localScope } from './objects.ts'
import type { Objects, PublishedObject } from './objects.ts'

/** Longest wait of a timer, ms; what expires later is looked at again then. */
const LONGEST_WAIT_MS = 24 * 3_600_000

/** What this device publishes; on disk before `publish` returns. */
export interface ObjectShelf extends Pick<Objects, 'publish' | 'withdraw' | 'own'> {
  stop(): void
}

export function objectShelf(deps: { database: Database; clock: Clock; changed(id: string): void }): ObjectShelf {
  const { database, clock, changed } = deps
  const { prepare } = database
  const upsert = prepare('INSERT OR REPLACE INTO published_object VALUES (?, ?, ?, ?, ?, ?)')
  const remove = prepare('DELETE FROM published_object WHERE id = ?')
  const removeExpired = prepare('DELETE FROM published_object WHERE expires_at <= ?')
  removeExpired.run(clock.now())
  // Read on every change and for every viewer, so that they are held.
  const shown = new Map(prepare('SELECT * FROM published_object').all().map(toObject))
  let stopWaiting = (): void => undefined

  const expire = (): void => {
    const now = clock.now()
    removeExpired.run(now)
    for (const { id, expiresAt = Infinity } of [...shown.values()]) {
      if (expiresAt > now) continue
      shown.delete(id)
      changed(id)
    }
    waitForNext()
  }
  const waitForNext = (): void => {
    stopWaiting()
    const next = Math.min(...[...shown.values()].map(({ expiresAt = Infinity }) => expiresAt))
    if (next === Infinity) return
    stopWaiting = clock.after(Math.min(LONGEST_WAIT_MS, Math.max(0, next - clock.now())), expire)
  }
  waitForNext()

  return {
    publish({ id, type, data, scope, expiresInMs }) {
      if (data.length > OBJECT_BYTES) throw coreError('TOO_LARGE', `an object has at most ${OBJECT_BYTES} bytes`)
      if (
        expiresInMs !== undefined &&
        !(Number.isSafeInteger(expiresInMs) && expiresInMs > 0 && expiresInMs <= MAX_LIFE_MS)
      )
        throw new TypeError('expiresInMs: 1 to ten years')
      const others = [...shown.values()].filter(other => other.id !== id)
      const bytes = others.reduce((sum, other) => sum + other.data.length, data.length)
      if (others.length >= MAX_OBJECTS || bytes > MAX_OBJECTS_BYTES)
        throw coreError(
          'TOO_LARGE',
          `at most ${MAX_OBJECTS} objects, ${MAX_OBJECTS_BYTES} bytes together: withdraw some`
        )
      const now = clock.now()
      const object: PublishedObject = {
        id: localLabel('id', id),
        type: localLabel('type', type),
        data: Uint8Array.from(data),
        scope: localScope(scope),
        // Versions of one moment stay apart.
        publishedAt: Math.max(now, (shown.get(id)?.publishedAt ?? 0) + 1),
        expiresAt: expiresInMs === undefined ? undefined : now + expiresInMs
      }
      upsert.run(id, type, object.data, object.scope, object.publishedAt, object.expiresAt ?? null)
      shown.set(id, object)
      waitForNext()
      changed(id)
      return object
    },
    withdraw(id) {
      if (!shown.has(id)) throw coreError('OBJECT_UNKNOWN', `you publish nothing called ${id}`)
      remove.run(id)
      shown.delete(id)
      changed(id)
    },
    own: () => [...shown.values()],
    stop: () => stopWaiting()
  }
}

function toObject(row: Row): [string, PublishedObject] {
  const { id, type, data, scope, published_at: publishedAt, expires_at: expiresAt } = row
  const object: PublishedObject = {
    id: String(id),
    type: String(type),
    data: data instanceof Uint8Array ? data : new Uint8Array(),
    scope: localScope(String(scope)),
    publishedAt: Number(publishedAt),
    expiresAt: expiresAt === null ? undefined : Number(expiresAt)
  }
  return [object.id, object]
}
