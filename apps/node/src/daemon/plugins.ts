import type { Area, PluginStatus } from '@borgo/api'
import { BorgoError, type Logger, type Plugin } from '@borgo/core'
import { serve, type Handlers, type Served } from '../http/area.ts'

/** Starts plugins one by one; one that fails leaves the others up, and says so in the status and on its routes. */
export interface Plugins {
  /** The plugin's API, or undefined when it failed to start. */
  start<Api>(plugin: Plugin<Api>): Promise<Api | undefined>
  /** The area of a plugin: its handlers, or a refusal on every route when it failed to start. */
  area<A extends Area, Api>(area: A, plugin: Api | undefined, handlers: (plugin: Api) => Handlers<A>): Served
  status(): PluginStatus[]
}

export function createPlugins(use: <Api>(plugin: Plugin<Api>) => Promise<Api>, log: Logger): Plugins {
  const statuses: PluginStatus[] = []
  return {
    async start(plugin) {
      try {
        const api = await use(plugin)
        statuses.push({ name: plugin.name, state: 'running' })
        return api
      } catch (error) {
        log.error('a plugin did not start', { plugin: plugin.name, error: String(error) })
        statuses.push({ name: plugin.name, state: 'failed', error: String(error) })
        return undefined
      }
    },
    area(area, plugin, handlers) {
      if (plugin !== undefined) return serve(area, handlers(plugin))
      const refuse = (): never => {
        throw new BorgoError('BUSY', `the plugin behind ${area.name} did not start: \`borgo status\` says why`)
      }
      return { area, handlers: Object.fromEntries(Object.keys(area.routes).map(name => [name, refuse])) }
    },
    status: () => statuses
  }
}
