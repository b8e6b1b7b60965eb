import type { Database } from '../store/store.ts'
import { chainTable } from './table/chain-table.ts'
import { forkTable } from './table/fork-table.ts'
import { lackingTable } from './table/lacking-table.ts'
import { pluginTable } from './table/plugin-table.ts'
import { readingTable } from './table/reading-table.ts'
import { recordTable } from './table/record-table.ts'
import { replacedTable } from './table/replaced-table.ts'
import { sendingTable } from './table/sending-table.ts'

/** The log's statements on the core's database, by name and typed. Rules live in `journal.ts`. */
export type LogTable = ReturnType<typeof logTable>

export function logTable(database: Database) {
  return {
    ...chainTable(database),
    ...recordTable(database),
    ...forkTable(database),
    ...readingTable(database),
    ...sendingTable(database),
    ...lackingTable(database),
    ...replacedTable(database),
    ...pluginTable(database)
  }
}
