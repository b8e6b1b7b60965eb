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
   * Starts a plugin and returns its API. Throws PLUGIN_TAKEN, PLUGIN_UNKNOWN, START_TIMEOUT, STOPPED, or what `start`
   * threw; whatever it had registered is undone by then.
   */
  use<Api>(plugin: Plugin<Api>, options?: UseOptions): Promise<Api>
  /** Undoes one plugin. Throws PLUGIN_UNKNOWN, PLUGIN_NEEDED. */
  drop(name: string): Promise<void>
  /** Undoes the plugins, newest first. */
  stop(): Promise<void>
}

export interface UseOptions {
  /** Told once when the plugin's background work failed and the plugin is undone. */
  onFailed?: (error: unknown) => void
}

interface Running {
  scope: Scope
  needs: readonly string[]
}

/** Runs plugins side by side: each starts, stops and fails on its own (SPEC P-1 to P-10). */
export function createHost(services: HostServices): Host {
  const plugins = new Map<string, Running>()
  let stopping: Promise<void> | undefined

  /** Its name is free when everything is undone, so that nothing of it meets the next of that name. */
  const end = async (name: string, { scope }: Running): Promise<void> => {
    await scope.close()
    if (plugins.get(name)?.scope !== scope) return
    plugins.delete(name)
    services.stores.release(name)
  }
  const stopAll = async (): Promise<void> => {
    for (const [name, running] of [...plugins].reverse()) await end(name, running)
  }
  const missing = (name: string): Error => coreError('PLUGIN_UNKNOWN', `no plugin called ${name} runs`)

  return {
    async use(plugin, { onFailed } = {}) {
      const { name, needs = [] } = plugin
      if (stopping) throw coreError('STOPPED', 'the node is stopped')
      if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new TypeError(`not a plugin name: ${name}`)
      if (plugins.has(name)) throw coreError('PLUGIN_TAKEN', `a plugin called ${name} runs already`)
      for (const needed of needs) if (!plugins.has(needed)) throw missing(needed)
      const log = services.logger.child(name)
      const running: Running = { scope: createScope(name, { clock: services.clock, log }), needs }
      plugins.set(name, running)
      const early = Promise.withResolvers<never>()
      let isUp = false
      const failed = (error: unknown): void => {
        if (running.scope.signal.aborted) return
        if (!isUp) return early.reject(error)
        log.error('a plugin failed and is stopped', { plugin: name, error: String(error) })
        void end(name, running).then(() => onFailed?.(error))
      }
      try {
        const api = await Promise.race([
          started(plugin, running.scope, { ...services, logger: log }, failed),
          early.promise
        ])
        isUp = true
        return api
      } catch (error) {
        await end(name, running)
        throw error
      }
    },
    async drop(name) {
      const running = plugins.get(name)
      if (!running) throw missing(name)
      const user = [...plugins].find(([, { needs, scope }]) => needs.includes(name) && !scope.signal.aborted)
      if (user) throw coreError('PLUGIN_NEEDED', `${user[0]} needs ${name}: stop ${user[0]} first`)
      await end(name, running)
    },
    stop: () => (stopping ??= stopAll())
  }
}

/** Waits for `start`, but no longer than START_MS and not beyond the scope's end. */
function started<Api>(
  plugin: Plugin<Api>,
  scope: Scope,
  services: HostServices,
  failed: (error: unknown) => void
): Promise<Api> {
  return new Promise((resolve, reject) => {
    const cancel = services.clock.after(START_MS, () =>
      reject(coreError('START_TIMEOUT', `${plugin.name} did not start within ${START_MS / 1000} s`))
    )
    scope.signal.addEventListener('abort', () => reject(scope.signal.reason), { once: true })
    Promise.try(() => plugin.start(bind(plugin.name, scope, services, failed)))
      .then(resolve, reject)
      .finally(cancel)
  })
}

/** The context of one plugin: the shared services, with every registration kept in its scope. */
function bind(name: string, scope: Scope, services: HostServices, failed: (error: unknown) => void): PluginContext {
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
    defer: cleanup => scope.add(cleanup),
    background(work) {
      const ended = work.then(() => undefined, failed)
      scope.add(() => ended)
    }
  }
}
