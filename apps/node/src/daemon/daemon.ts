import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LogLine } from '@borgo/api'
import { createNode, diskStores, hasCode, type BorgoNode, type Logger } from '@borgo/core'
import { compose } from '../compose.ts'
import type { Config } from '../config/load.ts'
import { readPassphrase } from '../config/passphrase-file.ts'
import type { Settings } from '../config/settings.ts'
import { nodeError } from '../errors.ts'
import { createEventBus } from '../events/bus.ts'
import { createFileSink } from '../log/file-sink.ts'
import { createLogger } from '../log/logger.ts'
import { deviceLabel } from './device-label.ts'
import { apiPlugin } from './api-plugin.ts'
import { CONSOLE_FOLDER } from './console-folder.ts'
import { createPlugins } from './plugins.ts'
import { stableAddresses } from './ports.ts'

export interface DaemonOptions {
  folder: string
  socket: string
  config: Config
  /** Gets every line of the log. */
  onLog: (text: string, line: LogLine) => void
}

export interface Daemon {
  node: BorgoNode
  apiPort: number
  createLink(): { url: string; expiresAt: number }
  stop(): Promise<void>
}

/** Starts everything of a node. Throws what `createNode` throws, PORT_IN_USE, SOCKET_UNUSABLE, CONFIG_INVALID. */
export async function startDaemon({ folder, socket, config, onLog }: DaemonOptions): Promise<Daemon> {
  const { settings, origins } = config
  await using opened = new AsyncDisposableStack()
  const bus = createEventBus()
  const fileSink = createFileSink(join(folder, 'logs'))
  opened.defer(() => fileSink.close())
  const log = createLogger(settings.logLevel, [onLog, fileSink.write, (_, line) => bus.publish('logs', line)])

  const node = await startNode(folder, settings, log)
  opened.defer(() => node.stop())
  // From here on the folder is locked, so nobody else writes the log.
  const logFile = fileSink.open()
  const plugins = createPlugins(node, { log: log.child('plugins'), runs: settings.plugins })
  const composed = await compose({ node, plugins, bus })
  const server = await node.use(
    apiPlugin({
      node,
      folder,
      socket,
      settings,
      origins,
      bus,
      plugins,
      ...composed,
      logFile,
      consoleFolder: CONSOLE_FOLDER
    })
  )
  log.info('started', { device: node.self.device, port: server.port })

  const stack = opened.move()
  return {
    node,
    apiPort: server.port,
    createLink: server.createLink,
    async stop() {
      log.info('stopping')
      await stack.disposeAsync()
    }
  }
}

/** Remembered ports may have been taken by somebody else meanwhile: then others are chosen, once. */
async function startNode(folder: string, settings: Settings, log: Logger): Promise<BorgoNode> {
  try {
    return await startOn(folder, settings, log, false)
  } catch (error) {
    if (!hasCode(error, 'PORT_IN_USE') || !settings.listen.some(address => address.includes('/tcp/0'))) throw error
    log.warn('a port of this node is taken: others must learn its new address', { error: error.message })
    return startOn(folder, settings, log, true)
  }
}

const MIB = 2 ** 20

async function startOn(folder: string, settings: Settings, logger: Logger, afresh: boolean): Promise<BorgoNode> {
  const { name, mdns, relay, reserve, upnp, dht, bootstrap, bulkPort } = settings
  const { passphraseFile, swarmKeyFile, memberQuotaMib, groupQuotaMib } = settings
  const strangers = { inAll: settings.strangers, perHost: settings.strangersPerHost }
  const quota = { memberBytes: memberQuotaMib * MIB, groupBytes: groupQuotaMib * MIB }
  const passphrase = passphraseFile === '' ? undefined : readPassphrase(passphraseFile)
  const swarmKey = swarmKeyFile === '' ? undefined : readSwarmKey(swarmKeyFile)
  const stores = diskStores(folder)
  try {
    const listen = await stableAddresses(folder, settings.listen, { afresh })
    const reach = { listen, mdns, relay, reserve, upnp, dht, bootstrap, bulkPort, strangers }
    const network = { ...reach, ...(swarmKey !== undefined && { swarmKey }) }
    const label = deviceLabel()
    const own = { name, ...(label !== undefined && { label }), ...(passphrase && { passphrase }) }
    return await createNode({ folder, stores, quota, logger, ...own, ...network })
  } catch (error) {
    stores.close()
    throw error
  }
}

function readSwarmKey(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw nodeError('CONFIG_INVALID', `no swarm key can be read from ${path}: ${String(cause)}`, cause)
  }
}
