import type { StorageBudgets } from '../budgets/storage-budgets.ts'
import type { Clock } from '../clock.ts'
import { coreError } from '../errors.ts'
import type { SharedGroups } from '../groups/group.ts'
import type { Self } from '../identity/self.ts'
import type { PeerId } from '../ids.ts'
import type { Logger } from '../logger.ts'
import type { Names } from '../names/names.ts'
import type { Peers } from '../peers/peers.ts'
import type { People } from '../people/people.ts'
import type { Plugin, PluginContext } from '../plugin.ts'
import type { Stores } from '../store/store.ts'
import type { Handler, Protocol, Stream } from '../stream.ts'
import { createScope } from './scope.ts'
import type { Scope } from './scope.ts'

/** Longest time a plugin's start may take, ms of the clock. */
export const START_MS = 30_000

/** What the core offers to the host, which binds it to each plugin. */
export interface HostServices {
  self: Self
  clock: Clock
  logger: Logger
  stores: Stores
  storage: Pick<StorageBudgets, 'of'>
  peers: Peers
  people: People
  groups: SharedGroups
  names: Names
  streams: {
    handle(protocol: Protocol, handler: Handler): () => void
    open(peer: PeerId, protocol: Protocol, options: { group?: PluginGroup; signal?: AbortSignal }): Promise<Stream>
  }
}
type PluginGroup = NonNullable<Parameters<PluginContext['open']>[2]>['group']

export interface Host {
  /**
   * Starts a plugin and returns its API. Throws PLUGIN_TAKEN, START_TIMEOUT, STOPPED, or what `start` threw; whatever
   * it had registered is undone by then.
   */
  use<Api>(plugin: Plugin<Api>): Promise<Api>
  /** Undoes the plugins, newest first. */
  stop(): Promise<void>
}

/** Runs plugins side by side: each starts, stops and fails on its own (SPEC P-1 to P-8). */
export function createHost(services: HostServices): Host {
  const scopes = new Map<string, Scope>()
  let stopping: Promise<void> | undefined

  const stopAll = async (): Promise<void> => {
    for (const scope of [...scopes.values()].reverse()) await scope.close()
    scopes.clear()
  }

  return {
    async use(plugin) {
      if (stopping) throw coreError('STOPPED', 'the node is stopped')
      if (!/^[a-z][a-z0-9-]*$/.test(plugin.name)) throw new TypeError(`not a plugin name: ${plugin.name}`)
      if (scopes.has(plugin.name)) throw coreError('PLUGIN_TAKEN', `a plugin called ${plugin.name} runs already`)
      const log = services.logger.child(plugin.name)
      const scope = createScope(plugin.name, { clock: services.clock, log })
      scopes.set(plugin.name, scope)
      try {
        return await started(plugin, scope, { ...services, logger: log })
      } catch (error) {
        await scope.close()
        if (scopes.get(plugin.name) === scope) scopes.delete(plugin.name)
        throw error
      }
    },
    stop: () => (stopping ??= stopAll())
  }
}

/** Waits for `start`, but no longer than START_MS and not beyond the scope's end. */
function started<Api>(plugin: Plugin<Api>, scope: Scope, services: HostServices): Promise<Api> {
  return new Promise((resolve, reject) => {
    const cancel = services.clock.after(START_MS, () =>
      reject(coreError('START_TIMEOUT', `${plugin.name} did not start within ${START_MS / 1000} s`))
    )
    scope.signal.addEventListener('abort', () => reject(scope.signal.reason), { once: true })
    Promise.try(() => plugin.start(bind(plugin.name, scope, services)))
      .then(resolve, reject)
      .finally(cancel)
  })
}

/** The context of one plugin: the shared services, with every registration kept in its scope. */
function bind(name: string, scope: Scope, services: HostServices): PluginContext {
  const { clock, groups, logger, names, peers, people, self, storage, stores, streams } = services
  const keep = (register: () => () => void): (() => void) => {
    scope.assertOpen()
    const undo = register()
    scope.add(undo)
    return undo
  }
  const alive = <Args extends unknown[], Result>(work: (...args: Args) => Result) => {
    return (...args: Args): Result => {
      scope.assertOpen()
      return work(...args)
    }
  }
  const owned = (id: string): void => {
    if (!id.startsWith(`/borgo/${name}/`)) throw new TypeError(`${id}: a protocol of ${name} begins /borgo/${name}/`)
  }
  const named = (kind: { name: string }): void => {
    if (!kind.name.startsWith(`${name}/`)) throw new TypeError(`${kind.name}: a kind of ${name} begins ${name}/`)
  }
  const own = storage.of(name)
  const both = (signal?: AbortSignal): AbortSignal => (signal ? AbortSignal.any([signal, scope.signal]) : scope.signal)

  return {
    self,
    log: logger,
    clock,
    signal: scope.signal,
    store: stores.of(name),
    storage: {
      count: keeps => void keep(() => own.count(keeps)),
      claim: alive(own.claim)
    },
    peers: { ...peers, onChange: listener => keep(() => peers.onChange(listener)) },
    people: {
      ...people,
      apps: { ...people.apps, register: app => keep(() => people.apps.register(app)) },
      onChange: listener => keep(() => people.onChange(listener))
    },
    groups: {
      create: alive(groups.create),
      join: alive((link, options) => groups.join(link, { signal: both(options?.signal) })),
      list: groups.list,
      get: groups.get,
      waiting: groups.waiting,
      withdraw: alive(groups.withdraw),
      lost: groups.lost,
      follow: alive((kinds, options) => groups.follow(kinds, { ...options, signal: both(options.signal) })),
      search: alive((query, options) => groups.search(query, options)),
      define(kind) {
        named(kind)
        keep(() => groups.define(kind))
      },
      listen(channel, receive) {
        named(channel)
        keep(() => groups.listen(channel, receive))
      },
      onChange: listener => keep(() => groups.onChange(listener)),
      onWaiting: listener => keep(() => groups.onWaiting(listener))
    },
    names: {
      register: alive(names.register),
      update: alive(names.update),
      withdraw: alive(names.withdraw),
      registered: names.registered,
      directory: names.directory,
      resolve: alive((name, options) => names.resolve(name, { ...options, signal: both(options?.signal) })),
      onChange: listener => keep(() => names.onChange(listener))
    },
    handle(protocol, handler) {
      owned(protocol.id)
      keep(() => streams.handle(protocol, handler))
    },
    async open(to, protocol, options) {
      owned(protocol.id)
      scope.assertOpen()
      const stream = await streams.open(to, protocol, { group: options?.group, signal: both(options?.signal) })
      // Bound to the plugin, and for no longer than the stream lasts.
      scope.signal.addEventListener('abort', () => stream.reset(), { signal: stream.signal })
      return stream
    },
    defer: cleanup => scope.add(cleanup)
  }
}
