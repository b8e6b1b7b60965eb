import type { RecordKind } from '../src/log/kind.ts'
import { groupId } from '../src/testing/member-list.ts'

/** What the crash test and its victim agree on. */
export const GROUP = groupId('logbook')
export const LOGBOOK: RecordKind<string> = { name: 'test/logbook', role: 'writer', maxBytes: 5_000, parse: String }
