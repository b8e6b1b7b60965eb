import type { Database } from '../../store/store.ts'
import { ROW_BYTES } from '../quota.ts'

const PLUGIN = (kind: string): string => `substr(${kind}, 1, instr(${kind} || '/', '/') - 1)`
const TAKES = (row: string): string => `${ROW_BYTES} + length(${row}.header) + length(${row}.body)`
const COUNTS = (row: string): string => `${row}.kind IS NOT NULL AND ${row}.body IS NOT NULL`

/**
 * What records take here, by the plugin whose kinds they are of: those that can be read and whose body is here. Kept by
 * triggers, so that no way of changing a record forgets it.
 */
export const PLUGIN_USE_SCHEMA = `
  CREATE TABLE log_plugin (
    name TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  INSERT INTO log_plugin
    SELECT ${PLUGIN('kind')}, sum(${TAKES('log_record')}) FROM log_record WHERE ${COUNTS('log_record')} GROUP BY 1;
  CREATE TRIGGER log_plugin_added AFTER INSERT ON log_record WHEN ${COUNTS('NEW')} BEGIN
    INSERT INTO log_plugin VALUES (${PLUGIN('NEW.kind')}, ${TAKES('NEW')})
      ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;
  END;
  CREATE TRIGGER log_plugin_changed AFTER UPDATE OF kind, body, header ON log_record
    WHEN OLD.kind IS NOT NEW.kind OR length(OLD.body) IS NOT length(NEW.body) OR length(OLD.header) <> length(NEW.header)
  BEGIN
    UPDATE log_plugin SET bytes = bytes - (${TAKES('OLD')}) WHERE ${COUNTS('OLD')} AND name = ${PLUGIN('OLD.kind')};
    INSERT INTO log_plugin SELECT ${PLUGIN('NEW.kind')}, ${TAKES('NEW')} WHERE ${COUNTS('NEW')}
      ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;
    DELETE FROM log_plugin WHERE bytes = 0 AND name = ${PLUGIN('OLD.kind')};
  END;
`

/** What the records of each plugin take. */
export function pluginTable(database: Database) {
  return {
    bytesOfPlugin(plugin: string): number {
      return Number(database.prepare('SELECT bytes FROM log_plugin WHERE name = ?').get(plugin)?.bytes ?? 0)
    },
    bytesOfPlugins(): Map<string, number> {
      const rows = database.prepare('SELECT name, bytes FROM log_plugin').all()
      return new Map(rows.map(row => [String(row.name), Number(row.bytes)]))
    }
  }
}
