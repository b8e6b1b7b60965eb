import { isAbsolute } from 'node:path'
import { api, type StorageUse as ApiUse } from '@borgo/api'
import { BorgoError, backup, type BackupProgress, type BorgoNode, type Clock, type StorageUse } from '@borgo/core'
import { settingsFiles } from '../config/backed-up.ts'
import type { Settings } from '../config/settings.ts'
import type { EventBus } from '../events/bus.ts'
import { serve, type Served } from '../http/area.ts'

/** How often a check that runs is told of, ms. */
const PROGRESS_MS = 1_000

export function storageRoutes(options: {
  folder: string
  settings: Pick<Settings, 'swarmKeyFile'>
  check: BorgoNode['check']
  storage: BorgoNode['storage']
  bus: EventBus
  clock: Clock
  defer: (cleanup: () => void) => void
}): Served {
  const { bus, check, clock, defer, folder, settings, storage } = options
  let told = check.last()
  const tell = (): void => {
    const now = check.last()
    if (now.checked === told.checked && now.state === told.state && now.damaged === told.damaged) return
    told = now
    bus.publish('storage', now)
  }
  defer(clock.every(PROGRESS_MS, () => bus.isHeard('storage') && tell()))

  let toldUse = ''
  const tellUse = (): void => {
    const use = shown(storage.use())
    const text = JSON.stringify(use)
    if (text === toldUse) return
    toldUse = text
    bus.publish('use', use)
  }
  defer(clock.every(PROGRESS_MS, () => bus.isHeard('use') && tellUse()))

  return serve(api.storage, {
    use: () => shown(storage.use()),
    async backup({ body: { to } }, { signal }) {
      if (!isAbsolute(to)) throw new BorgoError('RELATIVE_PATH', 'name the folder by its whole path, from / on')
      let told = ''
      const onProgress = (progress: BackupProgress): void => {
        // Comes with every MiB and every file; a percent is enough to look at.
        const share = `${progress.doneFiles === progress.files} ${Math.floor((100 * progress.doneBytes) / Math.max(1, progress.bytes))}`
        if (share === told) return
        told = share
        bus.publish('backup', { to, ...progress })
      }
      const also = settingsFiles(folder, settings)
      const { createdAt, files } = await backup({ folder, to, also, now: clock.now(), onProgress, signal })
      return { createdAt, files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) }
    },
    check: () => check.start(),
    lastCheck: () => check.last()
  })
}

function shown({ plugins, bytes, limitBytes }: StorageUse): ApiUse {
  return {
    bytes,
    ...(limitBytes !== undefined && { limitBytes }),
    plugins: plugins.map(({ limitBytes: limit, ...use }) => ({
      ...use,
      ...(limit !== undefined && { limitBytes: limit })
    }))
  }
}
