import { createHash } from 'node:crypto'
import type { NodeStatus, Setting } from '@borgo/api'
import type { BorgoNode, Plugin, PluginContext } from '@borgo/core'
import type { Settings } from '../config/settings.ts'
import type { EventBus } from '../events/bus.ts'
import { createAccessStore } from '../http/access.ts'
import type { Served } from '../http/area.ts'
import { addDocs } from '../http/docs.ts'
import { createGuard } from '../http/guard.ts'
import { listenOnLoopback, listenOnSocket } from '../http/listen.ts'
import { addMetrics, type Metric } from '../http/metrics.ts'
import { createHttp } from '../http/server.ts'
import type { LogFile } from '../log/file.ts'
import { accessRoutes } from '../routes/access.ts'
import { budgetRoutes } from '../routes/budgets.ts'
import { configRoutes } from '../routes/config.ts'
import { contactsRoutes } from '../routes/contacts.ts'
import { devicesRoutes } from '../routes/devices.ts'
import { groupsRoutes } from '../routes/groups.ts'
import { logsRoutes } from '../routes/logs.ts'
import { namesRoutes } from '../routes/names.ts'
import { activitiesRoutes } from '../routes/activities.ts'
import { appsRoutes } from '../routes/apps.ts'
import { nearRoutes } from '../routes/near.ts'
import { objectsRoutes } from '../routes/objects.ts'
import { presenceRoutes } from '../routes/presence.ts'
import { peersRoutes } from '../routes/peers.ts'
import { pluginRoutes } from '../routes/plugins.ts'
import { recoveryRoutes } from '../routes/recovery.ts'
import { statusRoutes } from '../routes/status.ts'
import { storageRoutes } from '../routes/storage.ts'
import { nodeMetrics } from './node-metrics.ts'
import type { Plugins } from './plugins.ts'
import { trafficCounter } from './traffic.ts'
import { VERSION } from './version.ts'

export interface ApiOptions {
  node: BorgoNode
  folder: string
  socket: string
  settings: Settings
  origins: Setting[]
  bus: EventBus
  plugins: Plugins
  /** The areas of the plugins. */
  areas: readonly Served[]
  /** And what they have to say to Prometheus. */
  metrics: readonly Metric[]
  logFile: LogFile
  consoleFolder: string
}

export interface ApiServer {
  port: number
  /** A one-time link to the console. */
  createLink(): { url: string; expiresAt: number }
}

/** The HTTP API as a plugin like any other: it is started last, so it is stopped first. */
export function apiPlugin(options: ApiOptions): Plugin<ApiServer> {
  return { name: 'api', start: context => startApi(context, options) }
}

async function startApi(context: PluginContext, options: ApiOptions): Promise<ApiServer> {
  const { clock, log, self } = context
  const { bus, node, settings } = options
  let port = 0
  const access = createAccessStore(context.store, clock)
  // Browsers share cookies between all ports of a host, so each node has a name of its own.
  const cookieName = `borgo_s_${createHash('sha256').update(self.device).digest('hex').slice(0, 8)}`
  const guard = createGuard({ access, clock, cookieName, hosts: () => hostsOf(port) })
  const createLink = (): { url: string; expiresAt: number } => {
    const { secret, expiresAt } = access.createLink()
    return { url: `http://127.0.0.1:${port}/#token=${secret}`, expiresAt }
  }
  const read = statusReader(context, options)

  const http = await createHttp({
    bus,
    guard,
    log,
    areas: [
      accessRoutes({ access, guard, cookieName, createLink }),
      budgetRoutes({ budgets: node.budgets, bus, clock, defer: context.defer }),
      configRoutes(options.origins),
      activitiesRoutes({ people: context.people, groups: context.groups, bus }),
      appsRoutes({ people: context.people, bus }),
      contactsRoutes({ people: context.people, bus }),
      nearRoutes({ people: context.people, bus }),
      objectsRoutes({ people: context.people, bus }),
      presenceRoutes({ people: context.people, bus }),
      devicesRoutes({ node, bus }),
      groupsRoutes({ groups: context.groups, self, bus }),
      logsRoutes(options.logFile),
      namesRoutes({ names: context.names, groups: context.groups, bus }),
      peersRoutes({
        peers: context.peers,
        shutOut: node.shutOut,
        dial: (address, signal) => node.dial(address, { signal }),
        bus,
        defer: context.defer
      }),
      pluginRoutes({ plugins: options.plugins, bus, defer: context.defer }),
      recoveryRoutes(node),
      statusRoutes({ read, rename: name => node.rename(name), bus, clock, defer: context.defer }),
      storageRoutes({
        folder: options.folder,
        settings: options.settings,
        check: node.check,
        storage: node.storage,
        bus,
        clock,
        defer: context.defer
      }),
      ...options.areas
    ],
    consoleFolder: options.consoleFolder,
    async extend(app, areas) {
      await addDocs(app, areas, VERSION)
      addMetrics(app, [...nodeMetrics({ node, read, answered: () => http.answered }), ...options.metrics])
    }
  })
  context.defer(() => http.close())
  const exact = options.origins.some(({ key, origin }) => key === 'api-port' && origin !== 'default')
  port = await listenOnLoopback(http, { port: settings.apiPort, exact })
  await listenOnSocket(http, options.socket)
  return { port, createLink }
}

function hostsOf(port: number): ReadonlySet<string> {
  const names = ['127.0.0.1', 'localhost', '[::1]']
  // A browser leaves the default port out.
  return new Set(names.flatMap(name => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])))
}

function statusReader({ clock, peers, self, groups }: PluginContext, options: ApiOptions): () => NodeStatus {
  const startedAt = clock.now()
  const traffic = trafficCounter(peers)
  peers.onChange(() => traffic())
  return () => {
    const plugins = options.plugins.status()
    const problems = plugins
      .filter(({ state }) => state === 'failed')
      .map(({ name, error = '' }) => `the plugin ${name} failed: ${error}`)
    const stoppedIn = options.node.devices.list().find(({ isThis }) => isThis)?.stoppedIn ?? 0
    if (stoppedIn > 0)
      problems.push(
        `this device wrote two histories, as one whose data was copied does; in ${stoppedIn} of its groups, what it writes counts no more: restore a backup of it as a new device, or lock it out on another device of yours and link it anew`
      )
    return {
      identity: { account: self.account, device: self.device, name: self.name, addresses: options.node.addresses() },
      version: VERSION,
      folder: options.folder,
      startedAt,
      health: { status: problems.length === 0 ? 'ok' : 'degraded', problems },
      plugins,
      peers: peers.list().length,
      groups: groups.list().filter(({ kind }) => kind === 'shared').length,
      traffic: traffic(),
      memoryBytes: process.memoryUsage.rss(),
      reach: reachOf(options.node)
    }
  }
}

function reachOf(node: BorgoNode): NodeStatus['reach'] {
  const { discovery, ...reach } = node.reach()
  const { foundAt, ...rest } = discovery
  return { ...reach, discovery: { ...rest, ...(foundAt !== undefined && { foundAt }) } }
}
