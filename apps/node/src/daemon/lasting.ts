import { startDaemon, type Daemon, type DaemonOptions } from './daemon.ts'

/** A daemon that goes on as another one. */
export interface LastingDaemon extends Daemon {
  /** Rejects when it could not start again: then nothing runs any more. */
  readonly broken: Promise<never>
}

/**
 * Starts a node, and starts it again on the same ports when its device came to another account, by linking or recovery.
 * Throws as `startDaemon` does.
 */
export async function startLasting(options: DaemonOptions): Promise<LastingDaemon> {
  const { config } = options
  const broken = Promise.withResolvers<never>()
  // Whoever runs it waits for that; a test need not.
  broken.promise.catch(() => undefined)
  let current = await startDaemon(options)
  let restarting = Promise.resolve()
  let isStopping = false

  const restart = async (): Promise<void> => {
    const { apiPort } = current
    await current.stop()
    if (isStopping) return
    current = await startDaemon({ ...options, config: { ...config, settings: { ...config.settings, apiPort } } })
    watch()
  }
  const watch = (): void => {
    current.node.onAdopted(() => {
      restarting = restart()
      restarting.catch(broken.reject)
    })
  }
  watch()

  return {
    get node() {
      return current.node
    },
    get apiPort() {
      return current.apiPort
    },
    createLink: () => current.createLink(),
    broken: broken.promise,
    async stop() {
      isStopping = true
      await restarting.catch(() => undefined)
      await current.stop()
    }
  }
}
