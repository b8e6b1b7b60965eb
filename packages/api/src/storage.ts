import { Type, type Static } from 'typebox'
import { area } from './route.ts'
import { Timestamp } from './values.ts'

export const Backup = Type.Object({
  createdAt: Timestamp,
  files: Type.Integer({ minimum: 1 }),
  bytes: Type.Integer({ minimum: 0 })
})
export type Backup = Static<typeof Backup>

export const storage = area({
  name: 'storage',
  routes: {
    backup: {
      method: 'POST',
      path: '/storage/backup',
      summary: "Copy all that this node keeps into an empty folder on the node's machine, while it runs",
      body: Type.Object({ to: Type.String({ minLength: 1, maxLength: 1_024, description: 'Absolute path' }) }),
      response: Backup
    }
  },
  events: {},
  problems: { FOLDER_NOT_EMPTY: 409, FOLDER_READ_ONLY: 409, BAD_BACKUP: 409, RELATIVE_PATH: 400 }
})
