import type { AccountId, Database, Entry, GroupId, RecordId, Row } from '@borgo/core'
import type { DocumentData, WorkspaceData } from './protocol.ts'
import type { DocumentInfo, WorkspaceInfo } from './workspaces.ts'

/** Workspaces and documents that the log speaks of. */
export type Catalogue = ReturnType<typeof catalogue>

export function catalogue(database: Database) {
  const sql = (text: string) => database.prepare(text)
  return {
    addWorkspace({ account, data, group, id, order }: Entry<WorkspaceData>): void {
      sql('INSERT OR IGNORE INTO workspace VALUES (?, ?, ?, ?, ?)').run(id, group, data.name, account, order.ms)
    },
    addDocument({ account, data, group, id, order }: Entry<DocumentData>): void {
      const insert = sql('INSERT OR IGNORE INTO document VALUES (?, ?, ?, ?, ?, ?)')
      insert.run(id, group, data.workspace, data.title, account, order.ms)
    },
    workspaces: (): WorkspaceInfo[] => sql('SELECT * FROM workspace ORDER BY ms, id').all().map(workspaceInfo),
    workspace(id: RecordId): WorkspaceInfo | undefined {
      const row = sql('SELECT * FROM workspace WHERE id = ?').get(id)
      return row && workspaceInfo(row)
    },
    documents(workspace: RecordId, group: GroupId): Omit<DocumentInfo, 'changedAt'>[] {
      const select = sql('SELECT * FROM document WHERE workspace = ? AND grp = ? ORDER BY ms, id')
      return select.all(workspace, group).map(documentInfo)
    },
    document(id: RecordId): (Omit<DocumentInfo, 'changedAt'> & { group: GroupId }) | undefined {
      const row = sql('SELECT * FROM document WHERE id = ?').get(id)
      return row && { ...documentInfo(row), group: row.grp as GroupId }
    }
  }
}

function workspaceInfo(row: Row): WorkspaceInfo {
  return {
    id: row.id as RecordId,
    group: row.grp as GroupId,
    name: String(row.name),
    createdBy: row.account as AccountId,
    createdAt: Number(row.ms)
  }
}

function documentInfo(row: Row): Omit<DocumentInfo, 'changedAt'> {
  return {
    id: row.id as RecordId,
    workspace: row.workspace as RecordId,
    title: String(row.title),
    createdBy: row.account as AccountId,
    createdAt: Number(row.ms)
  }
}
