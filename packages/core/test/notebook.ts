import type { Entry } from '../src/log/entry.ts'
import type { RecordKind } from '../src/log/kind.ts'
import type { Plugin } from '../src/plugin.ts'

/** What the crash test of a whole node and its victim write. */
export const NOTE: RecordKind<string> = { name: 'notebook/note', role: 'writer', maxBytes: 5_000, parse: String }

/** Defines notes; the API follows those that came, once they are on the disk. */
export function notebook(): Plugin<() => AsyncIterable<Entry<string>>> {
  return {
    name: 'notebook',
    start({ groups, signal }) {
      groups.define(NOTE)
      return () => groups.follow([NOTE], { signal })
    }
  }
}
