import type { Database, Entry, GroupId, PeerId, RecordId } from '@borgo/core'
import { MAX_SESSIONS } from './client-id.ts'
import { collabError } from './errors.ts'
import type { UpdateData } from './protocol.ts'
import type { ClientState, Refusal, RefusalCount, ReplicaState, UpdatePart } from './replica.ts'

/** What is kept of documents: a snapshot each, and the parts of updates that came after it. */
export type DocumentStore = ReturnType<typeof documentStore>

export interface SavedDocument {
  from: ReplicaState
  /** In order of arrival. */
  parts: UpdatePart[]
}

export interface Snapshot {
  state: Uint8Array
  clients: ReadonlyMap<number, ClientState>
  refusals: ReadonlyMap<PeerId, RefusalCount>
  /** Positions of the parts that the snapshot covers. */
  settled: readonly number[]
}

export function documentStore(database: Database) {
  const sql = (text: string) => database.prepare(text)

  const add = ({ data, device, group, order, position }: Entry<UpdateData>): void => {
    const sessions = JSON.stringify(data.sessions)
    sql('INSERT OR IGNORE INTO part VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
      position,
      group,
      data.document,
      device,
      sessions,
      data.part,
      data.parts,
      data.bytes,
      order.ms
    )
  }

  const setRefusal = (document: RecordId, device: PeerId, { count, last }: RefusalCount): void => {
    sql('INSERT OR REPLACE INTO refusal VALUES (?, ?, ?, ?)').run(document, device, count, last)
  }
  const setClient = (document: RecordId, client: number, { device, session, clock }: ClientState): void => {
    sql('INSERT OR REPLACE INTO client VALUES (?, ?, ?, ?, ?)').run(document, client, device, session, clock)
  }
  const dropParts = (positions: readonly number[]): void => {
    for (const position of positions) sql('DELETE FROM part WHERE position = ?').run(position)
  }
  const refusals = (document: RecordId): Map<PeerId, RefusalCount> =>
    new Map(
      sql('SELECT * FROM refusal WHERE document = ?')
        .all(document)
        .map(row => [row.device as PeerId, { count: Number(row.count), last: row.last as Refusal }])
    )

  return {
    add,

    load(document: RecordId, group: GroupId): SavedDocument {
      const state = sql('SELECT state FROM snapshot WHERE document = ?').get(document)?.state
      const clients = new Map(
        sql('SELECT * FROM client WHERE document = ?')
          .all(document)
          .map(row => [
            Number(row.client),
            { device: row.device as PeerId, session: Number(row.session), clock: Number(row.clock) }
          ])
      )
      const parts = sql('SELECT * FROM part WHERE document = ? AND grp = ? ORDER BY position')
        .all(document, group)
        .map(row => ({
          position: Number(row.position),
          device: row.device as PeerId,
          sessions: JSON.parse(String(row.sessions)) as number[],
          part: Number(row.part),
          parts: Number(row.parts),
          bytes: row.bytes as Uint8Array
        }))
      return {
        from: { state: state instanceof Uint8Array ? state : undefined, clients, refusals: refusals(document) },
        parts
      }
    },

    save(document: RecordId, { state, clients, refusals, settled }: Snapshot): void {
      database.transaction(() => {
        const changed = sql(
          `SELECT max(ms) AS ms FROM (SELECT changed_ms AS ms FROM snapshot WHERE document = ?
            UNION ALL SELECT ms FROM part WHERE document = ?)`
        ).get(document, document)
        sql('INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?)').run(document, state, Number(changed?.ms ?? 0))
        for (const [client, known] of clients) setClient(document, client, known)
        for (const [device, refusal] of refusals) setRefusal(document, device, refusal)
        dropParts(settled)
      })
    },

    /** Refuses an update for good: it is not looked at again. */
    skip(document: RecordId, device: PeerId, positions: readonly number[], last: Refusal): void {
      database.transaction(() => {
        setRefusal(document, device, { count: (refusals(document).get(device)?.count ?? 0) + 1, last })
        dropParts(positions)
      })
    },

    /** Forgets all that was taken in and begins again with `entries`; a session id goes to its rightful device. */
    begin(
      document: RecordId,
      claim: { client: number; device: PeerId; session: number },
      entries: Iterable<Entry<UpdateData>>
    ): void {
      database.transaction(() => {
        for (const table of ['snapshot', 'refusal', 'part'])
          sql(`DELETE FROM ${table} WHERE document = ?`).run(document)
        sql('UPDATE client SET clock = 0 WHERE document = ?').run(document)
        setClient(document, claim.client, { device: claim.device, session: claim.session, clock: 0 })
        for (const entry of entries) add(entry)
      })
    },

    waiting(document: RecordId): number {
      return Number(sql('SELECT count(*) AS n FROM part WHERE document = ?').get(document)?.n)
    },

    /** When it was last edited, ms since 1970; undefined when it never was. */
    changedAt(document: RecordId): number | undefined {
      const row =
        sql('SELECT max(ms) AS ms FROM part WHERE document = ?').get(document)?.ms ??
        sql('SELECT changed_ms AS ms FROM snapshot WHERE document = ?').get(document)?.ms
      return row === null || row === undefined ? undefined : Number(row)
    },

    /**
     * A session that was never given out before; `clientOf` tells the client id of a number. Committed before it
     * returns. Throws SESSIONS_USED_UP.
     */
    newSession(document: RecordId, clientOf: (session: number) => number): { session: number; client: number } {
      return database.transaction(() => {
        const last = sql('SELECT max(session) AS last FROM own_session WHERE document = ?').get(document)?.last
        for (
          let session = last === null || last === undefined ? 0 : Number(last) + 1;
          session < MAX_SESSIONS;
          session++
        ) {
          const client = clientOf(session)
          const taken = sql('SELECT 1 FROM client WHERE document = ? AND client = ?').get(document, client)
          if (taken !== undefined) continue
          sql('INSERT INTO own_session VALUES (?, ?, ?)').run(document, session, client)
          return { session, client }
        }
        throw collabError(
          'SESSIONS_USED_UP',
          `this device opened the document ${MAX_SESSIONS} times; begin a new document`
        )
      })
    },

    /** The session of one of this device's client ids. */
    ownSession(document: RecordId, client: number): number | undefined {
      const row = sql('SELECT session FROM own_session WHERE document = ? AND client = ?').get(document, client)
      return row && Number(row.session)
    },

    isOwnSession(document: RecordId, session: number): boolean {
      return sql('SELECT 1 FROM own_session WHERE document = ? AND session = ?').get(document, session) !== undefined
    }
  }
}
