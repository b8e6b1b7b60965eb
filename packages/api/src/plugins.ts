import { Type } from 'typebox'
import { area } from './route.ts'
import { PluginStatus } from './status.ts'

const ByName = Type.Object({ name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$' }) })

/** The plugins of the node, each of which starts, stops and fails on its own. */
export const plugins = area({
  name: 'plugins',
  routes: {
    list: {
      method: 'GET',
      path: '/plugins',
      scope: 'metrics',
      summary: 'Which plugins there are and whether they run',
      response: Type.Array(PluginStatus)
    },
    stop: {
      method: 'POST',
      path: '/plugins/:name/stop',
      summary: 'Stop one plugin until it or the node is started again; what it keeps stays, and the others go on',
      params: ByName,
      response: PluginStatus
    },
    start: {
      method: 'POST',
      path: '/plugins/:name/start',
      summary: 'Start one plugin; the answer says `failed` and why when it cannot',
      params: ByName,
      response: PluginStatus
    }
  },
  events: { plugins: PluginStatus },
  problems: { PLUGIN_UNKNOWN: 404, PLUGIN_NEEDED: 409 }
})
