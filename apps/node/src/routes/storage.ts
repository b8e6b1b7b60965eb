import { isAbsolute } from 'node:path'
import { api } from '@borgo/api'
import { BorgoError, backup, type Clock } from '@borgo/core'
import { serve, type Served } from '../http/area.ts'

export function storageRoutes({ clock, folder }: { folder: string; clock: Clock }): Served {
  return serve(api.storage, {
    async backup({ body: { to } }, { signal }) {
      if (!isAbsolute(to)) throw new BorgoError('RELATIVE_PATH', 'name the folder by its whole path, from / on')
      const { createdAt, files } = await backup({ folder, to, now: clock.now(), signal })
      return { createdAt, files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) }
    }
  })
}
