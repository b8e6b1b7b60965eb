import type { Area, PluginStatus } from '@borgo/api'
import { BorgoError, listeners, type BorgoNode, type Logger, type Plugin } from '@borgo/core'
import type { Handlers, Served } from '../http/area.ts'

/** Runs plugins each on its own; one that stopped or failed leaves the others up, and says so on its routes. */
export interface Plugins {
  /**
   * Knows a plugin from now on, and starts it if it is one of those that run. Returns its area, which refuses with
   * PLUGIN_STOPPED while the plugin does not run. Never rejects: the status says when it failed.
   */
  add<A extends Area, Api>(make: () => Plugin<Api>, area: A, handlers: (api: Api) => Handlers<A>): Promise<Added<Api>>
  /** Stops a plugin. Throws PLUGIN_UNKNOWN, PLUGIN_NEEDED. */
  stop(name: string): Promise<PluginStatus>
  /** Starts a plugin; its status says when it failed. Throws PLUGIN_UNKNOWN. */
  start(name: string): Promise<PluginStatus>
  status(): PluginStatus[]
  /** Returns its undo. */
  onChange(listener: (status: PluginStatus) => void): () => void
}

export interface Added<Api> extends Served {
  /** The plugin's API; undefined while it does not run. */
  running(): Api | undefined
}

interface Known {
  status: PluginStatus
  start(): Promise<void>
  stop(): Promise<void>
  /** What is under way: starts and stops of one plugin come one after the other. */
  turn: Promise<unknown>
}

export function createPlugins(
  node: Pick<BorgoNode, 'use' | 'drop'>,
  { log, runs }: { log: Logger; runs: readonly string[] }
): Plugins {
  const known = new Map<string, Known>()
  const { on: onChange, tell } = listeners<[status: PluginStatus]>()

  const inTurn = async (name: string, work: (plugin: Known) => Promise<void>): Promise<PluginStatus> => {
    const plugin = known.get(name)
    if (!plugin) throw new BorgoError('PLUGIN_UNKNOWN', `there is no plugin called ${name}`)
    const done = plugin.turn.then(() => work(plugin))
    plugin.turn = done.catch(() => undefined)
    await done
    return plugin.status
  }

  return {
    async add<A extends Area, Api>(make: () => Plugin<Api>, area: A, handlers: (api: Api) => Handlers<A>) {
      const { name } = make()
      let running: { api: Api; handlers: Readonly<Record<string, unknown>> } | undefined
      const become = (status: Omit<PluginStatus, 'name'>): void => {
        plugin.status = { name, ...status }
        tell(plugin.status)
      }
      const fail = (error: unknown): void => {
        running = undefined
        become({ state: 'failed', error: String(error) })
      }
      const plugin: Known = {
        status: { name, state: 'stopped' },
        turn: Promise.resolve(),
        async start() {
          if (running) return
          try {
            const api = await node.use(make(), { onFailed: fail })
            running = { api, handlers: handlers(api) }
            become({ state: 'running' })
          } catch (error) {
            log.error('a plugin did not start', { plugin: name, error: String(error) })
            fail(error)
          }
        },
        async stop() {
          if (running) await node.drop(name)
          running = undefined
          become({ state: 'stopped' })
        }
      }
      known.set(name, plugin)
      if (runs.includes(name)) await inTurn(name, ({ start }) => start())

      const forward =
        (route: string) =>
        (...call: unknown[]): unknown => {
          const handler = running?.handlers[route] as ((...call: unknown[]) => unknown) | undefined
          if (handler) return handler(...call)
          const { state } = plugin.status
          throw new BorgoError('PLUGIN_STOPPED', `the plugin ${name} does not run (${state}): \`borgo plugin list\``)
        }
      return {
        area,
        handlers: Object.fromEntries(Object.keys(area.routes).map(route => [route, forward(route)])),
        running: () => running?.api
      }
    },
    stop: name => inTurn(name, ({ stop }) => stop()),
    start: name => inTurn(name, ({ start }) => start()),
    status: () => [...known.values()].map(({ status }) => status),
    onChange
  }
}
