import type { PluginStorage } from './budgets/plugin-storage.ts'
import type { Clock } from './clock.ts'
import type { Group, Groups } from './groups/group.ts'
import type { Self } from './identity/self.ts'
import type { PeerId } from './ids.ts'
import type { Logger } from './logger.ts'
import type { Names } from './names/names.ts'
import type { Peers } from './peers/peers.ts'
import type { People } from './people/people.ts'
import type { Store } from './store/store.ts'
import type { Handler, Protocol, Stream } from './stream.ts'

/**
 * A scenario that runs on the core. `start` builds it and returns its API; whatever it registered on the context is
 * undone newest first when the plugin or the node stops or when `start` fails, so a plugin has no `stop`.
 */
export interface Plugin<Api> {
  /** kebab-case, unique in a node; names its store, its kinds (`<name>/…`) and its protocols (`/borgo/<name>/…`). */
  readonly name: string
  /** Plugins that have to run before this one, and as long as it does. @default none */
  readonly needs?: readonly string[]
  start(context: PluginContext): Api | Promise<Api>
}

/** What the core gives to one plugin. Everything but `open` and reads throws STOPPED once the plugin is being undone. */
export interface PluginContext {
  readonly self: Self
  readonly log: Logger
  readonly clock: Clock
  /** Aborts when the plugin stops: before its registrations are undone. Pass it to everything that waits. */
  readonly signal: AbortSignal
  readonly store: Store
  /** How much the plugin may keep on disk beside its database. */
  readonly storage: PluginStorage
  readonly peers: Peers
  readonly people: People
  readonly groups: Groups
  readonly names: Names
  /** Serves a protocol until the plugin stops. Throws PROTOCOL_TAKEN. */
  handle(protocol: Protocol, handler: Handler): void
  /**
   * Opens a stream to a peer; resolves when the other side's core has let it in. Members and contacts that are not
   * connected are dialled first, where they are known to be. `group` is required when the protocol is for members.
   * Throws UNREACHABLE, PROTOCOL_UNSUPPORTED, FORBIDDEN, TOO_MANY_STREAMS, BUSY, TIMEOUT (10 s).
   */
  open(to: PeerId, protocol: Protocol, options?: { group?: Group; signal?: AbortSignal }): Promise<Stream>
  /**
   * Watches work that goes on until `signal` aborts, and waits for it at the end. When it rejects before, the plugin has
   * failed and is undone; the others go on.
   */
  background(work: Promise<unknown>): void
  /** Registers work for the end; runs newest first, after `signal` aborted. */
  defer(cleanup: () => void | Promise<void>): void
}
