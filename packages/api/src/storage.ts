import { Type, type Static } from 'typebox'
import { area } from './route.ts'
import { Timestamp } from './values.ts'

export const Backup = Type.Object({
  createdAt: Timestamp,
  files: Type.Integer({ minimum: 1 }),
  bytes: Type.Integer({ minimum: 0 })
})
export type Backup = Static<typeof Backup>

/** How far a backup that runs is. */
export const BackupProgress = Type.Object({
  to: Type.String({ description: 'The folder' }),
  doneFiles: Type.Integer({ minimum: 0 }),
  files: Type.Integer({ minimum: 0 }),
  doneBytes: Type.Integer({ minimum: 0 }),
  bytes: Type.Integer({ minimum: 0 })
})
export type BackupProgress = Static<typeof BackupProgress>

export const StorageCheck = Type.Object({
  state: Type.Union([Type.Literal('never'), Type.Literal('running'), Type.Literal('done'), Type.Literal('failed')]),
  startedAt: Type.Optional(Timestamp),
  finishedAt: Type.Optional(Timestamp),
  total: Type.Integer({ minimum: 0, description: 'Records to look at' }),
  checked: Type.Integer({ minimum: 0 }),
  damaged: Type.Integer({ minimum: 0, description: 'Records that are damaged and not fetched again yet' }),
  error: Type.Optional(Type.String({ description: 'Why it failed, and what helps' }))
})
export type StorageCheck = Static<typeof StorageCheck>

export const PluginUse = Type.Object({
  plugin: Type.String({ description: 'Its name; core: what groups and people consist of' }),
  recordBytes: Type.Integer({ minimum: 0, description: 'Of its records, as far as this node can read and has them' }),
  keptBytes: Type.Integer({ minimum: 0, description: 'Of its files, and of what it has promised room to' }),
  limitBytes: Type.Optional(Type.Integer({ minimum: 0, description: 'The budget that holds now' }))
})
export type PluginUse = Static<typeof PluginUse>

export const StorageUse = Type.Object({
  plugins: Type.Array(PluginUse, { description: 'The most first' }),
  bytes: Type.Integer({ minimum: 0, description: 'Of all records, of which some cannot be read, and all files' }),
  limitBytes: Type.Optional(Type.Integer({ minimum: 0, description: 'The budget of the node that holds now' }))
})
export type StorageUse = Static<typeof StorageUse>

export const storage = area({
  name: 'storage',
  routes: {
    use: {
      method: 'GET',
      path: '/storage/use',
      summary: 'What lies on the disk, by plugin',
      response: StorageUse
    },
    backup: {
      method: 'POST',
      path: '/storage/backup',
      summary:
        "Copy all that this node keeps into an empty folder on the node's machine, while it runs; ending the request stops it, and nothing stays",
      body: Type.Object({ to: Type.String({ minLength: 1, maxLength: 1_024, description: 'Absolute path' }) }),
      response: Backup
    },
    check: {
      method: 'POST',
      path: '/storage/check',
      summary: 'Verify hashes and signatures of all records; damaged ones are fetched again from members',
      response: StorageCheck,
      status: 202
    },
    lastCheck: {
      method: 'GET',
      path: '/storage/check',
      summary: 'The check that runs, or the last one',
      response: StorageCheck
    }
  },
  events: { storage: StorageCheck, use: StorageUse, backup: BackupProgress },
  problems: { FOLDER_NOT_EMPTY: 409, FOLDER_READ_ONLY: 409, BAD_BACKUP: 409, RELATIVE_PATH: 400 }
})
