import { createHash } from 'node:crypto'
import { systemClock } from '../clock.ts'
import type { Clock } from '../clock.ts'
import { coreError } from '../errors.ts'
import type { PeerId } from '../ids.ts'
import { silentLogger } from '../logger.ts'
import type { Logger } from '../logger.ts'
import type { Plane } from '../stream.ts'
import { abortable } from '../transport/abortable.ts'
import { Denials } from '../transport/denials.ts'
import type { Cause } from '../transport/denials.ts'
import type { Connection, Duplex, Network, Verdict } from '../transport/network.ts'
import { offences } from '../transport/offences.ts'
import type { Reach } from '../transport/reach.ts'
import { memoryDht } from './memory-dht.ts'
import type { MemoryDht } from './memory-dht.ts'
import { duplexPair } from './memory-duplex.ts'
import type { MemoryDuplex } from './memory-duplex.ts'
import { seededRandom } from './random.ts'

export interface MemoryNetworkOptions {
  /** Decides what gets lost. @default 1 */
  seed?: number
  /** One way, ms of `clock`, of all or of two nodes. 0 delivers on microtasks. @default 0 */
  latencyMs?: number | ((from: PeerId, to: PeerId) => number)
  /** Chance in [0, 1] that a gossip hop or a dial is lost, or that a stream breaks within its first window. @default 0 */
  loss?: number
  /** @default the system's */
  clock?: Clock
  /** Bytes that a stream holds unread in each direction. @default 256 KiB */
  windowBytes?: number
  /** Whether two nodes can make sockets for bulk; otherwise streams carry it. @default true */
  sockets?: boolean
  /** Connections of one node; it makes and takes no more. @default any number */
  maxConnections?: number
  /** How long it takes to find out that a connection is dead, and that nobody answers a dial, ms. @default 0 */
  silenceMs?: number
  /** Told of all bytes when they are sent: what of, as a protocol's id or `gossip`. */
  onTraffic?: (from: PeerId, to: PeerId, of: string, bytes: number) => void
  logger?: Logger
}

/** A network of nodes in one process: same seed and same calls, same deliveries. Nothing is shared between two of them. */
export interface MemoryNetwork {
  /** Makes the network of one node; it takes part from `start` to `stop`. Listens on `/memory/<peer>`. */
  node(peer: PeerId): Network
  /** Breaks what connects the two and lets neither reach the other until `heal`. */
  partition(a: PeerId, b: PeerId): void
  heal(a: PeerId, b: PeerId): void
  /** Takes a node off without a word, as a crash does: nothing leaves or reaches it any more. A new one may take its place. */
  unplug(peer: PeerId): void
  /** Lets `seer` see `seen` as if on the same link (mDNS). */
  discover(seer: PeerId, seen: PeerId): void
}

/** Equal bytes on a topic count as one message among this many. */
const REMEMBERED_MESSAGES = 10_000
const MAX_GOSSIP_BYTES = 65_536

export function memoryNetwork(options: MemoryNetworkOptions = {}): MemoryNetwork {
  const { clock = systemClock, latencyMs = 0, loss = 0, seed = 1, silenceMs = 0, windowBytes = 262_144 } = options
  const random = seededRandom(seed)
  const nodes = new Map<PeerId, MemoryNode>()
  const cut = new Set<string>()
  /** Nodes that are connected in some way, by each of them; undefined when a connection came or went. */
  let parts: Map<MemoryNode, readonly MemoryNode[]> | undefined
  const pair = (a: PeerId, b: PeerId): string => [a, b].sort().join(' ')

  const world: World = {
    clock,
    latencyMs: (from, to) => (typeof latencyMs === 'number' ? latencyMs : latencyMs(from, to)),
    partOf(node) {
      parts ??= new Map()
      const part = parts.get(node) ?? node.part()
      for (const each of part) parts.set(each, part)
      return part
    },
    changed() {
      parts = undefined
    },
    maxConnections: options.maxConnections ?? Infinity,
    silenceMs,
    onTraffic: options.onTraffic ?? (() => undefined),
    windowBytes,
    bulk: options.sockets === false ? 'stream' : 'socket',
    logger: options.logger ?? silentLogger,
    isLost: () => loss > 0 && random() < loss,
    below: limit => Math.floor(random() * limit),
    deliver(ms, work) {
      if (ms === 0) queueMicrotask(work)
      else clock.after(ms, work)
    },
    find: (from, to) => (cut.has(pair(from, to)) ? undefined : nodes.get(to))
  }

  return {
    node(peer) {
      if (nodes.has(peer)) throw new TypeError(`${peer} is on this network already`)
      const node: MemoryNode = new MemoryNode(peer, world, () => {
        if (nodes.get(peer) === node) nodes.delete(peer)
      })
      nodes.set(peer, node)
      return node
    },
    partition(a, b) {
      cut.add(pair(a, b))
      nodes.get(a)?.cut(b)
    },
    heal(a, b) {
      cut.delete(pair(a, b))
    },
    unplug(peer) {
      nodes.get(peer)?.unplug()
      nodes.delete(peer)
    },
    discover(seer, seen) {
      nodes.get(seer)?.see(seen)
    }
  }
}

interface World {
  clock: Clock
  latencyMs(from: PeerId, to: PeerId): number
  /** All nodes that are connected to this one in some way, itself among them. */
  partOf(node: MemoryNode): readonly MemoryNode[]
  /** A connection came or went. */
  changed(): void
  maxConnections: number
  silenceMs: number
  onTraffic(from: PeerId, to: PeerId, of: string, bytes: number): void
  windowBytes: number
  bulk: 'socket' | 'stream'
  logger: Logger
  isLost(): boolean
  /** A whole number in [0, limit). */
  below(limit: number): number
  deliver(ms: number, work: () => void): void
  /** The node, if it can be reached now. */
  find(from: PeerId, to: PeerId): MemoryNode | undefined
}

/** One connection, shared by both ends; `ends[0]` dialled. */
interface Link {
  ends: [MemoryNode, MemoryNode]
  latencyMs: number
  /** Nothing passes any more, which nobody knows yet. */
  isDead: boolean
  since: number
  /** Bytes sent by either end. */
  sent: Map<MemoryNode, number>
  streams: Set<MemoryDuplex>
  bulk: Connection['bulk']
  down: AbortController
}

type Handle = (duplex: Duplex, from: PeerId) => void
type Receive = (message: Uint8Array, from: PeerId) => Verdict

class MemoryNode implements Network {
  readonly peer: PeerId
  readonly dht: MemoryDht
  readonly denials: Denials
  readonly #world: World
  readonly #leave: () => void
  readonly #links = new Set<Link>()
  readonly #handlers = new Map<string, Handle>()
  readonly #topics = new Map<string, Receive>()
  readonly #seen = new Set<string>()
  readonly #peerListeners = new Set<(event: 'connect' | 'disconnect', peer: PeerId) => void>()
  readonly #discoverers = new Set<(peer: PeerId, addresses: string[]) => void>()
  readonly #offend: (peer: PeerId, reason: string) => void
  #state: 'new' | 'started' | 'stopped' = 'new'
  #isUnplugged = false

  constructor(peer: PeerId, world: World, leave: () => void) {
    this.peer = peer
    this.#world = world
    this.#leave = leave
    this.denials = new Denials(world.clock)
    this.#offend = offences(this, world.clock, world.logger)
    this.dht = memoryDht({
      peer,
      clock: world.clock,
      others: () => this.#connected(),
      roundTrip: async () => {
        const [nearest] = this.#links
        const ms = nearest?.latencyMs ?? 0
        await this.#arrival(ms)
        await this.#arrival(ms)
      },
      onOffence: (from, reason) => this.#offend(from, reason)
    })
  }

  async start(): Promise<void> {
    if (this.#state !== 'new') throw coreError('ALREADY_STARTED', 'a network starts once')
    this.#state = 'started'
  }

  async stop(): Promise<void> {
    this.#state = 'stopped'
    this.#leave()
    for (const link of [...this.#links]) {
      // The other end of a dead one hears nothing of it.
      if (link.isDead) this.#remove(link)
      else this.#close(link)
    }
  }

  addresses(): string[] {
    return this.#state === 'started' ? [`/memory/${this.peer}/p2p/${this.peer}`] : []
  }

  /** Addresses in memory never change. */
  onAddresses(_listener: () => void): () => void {
    return () => undefined
  }

  /** There is no IP in memory. */
  reach(): Reach {
    return { ipv4: { state: 'absent' }, ipv6: { state: 'absent' }, relays: [], upnp: { state: 'off' } }
  }

  connections(): Connection[] {
    return [...this.#links].map(link => this.#describe(link))
  }

  onPeer(listener: (event: 'connect' | 'disconnect', peer: PeerId) => void): () => void {
    this.#peerListeners.add(listener)
    return () => this.#peerListeners.delete(listener)
  }

  onDiscovered(listener: (peer: PeerId, addresses: string[]) => void): () => void {
    this.#discoverers.add(listener)
    return () => this.#discoverers.delete(listener)
  }

  /** An address in memory is its node's alone. */
  onSomebodyElse(_listener: (peer: PeerId, address: string) => void): () => void {
    return () => undefined
  }

  async dial(addresses: string[], { signal }: { signal?: AbortSignal } = {}): Promise<PeerId> {
    this.#checkRunning()
    signal?.throwIfAborted()
    const peers = new Set(addresses.map(parseAddress))
    const [peer] = peers
    if (!peer || peers.size > 1) throw coreError('BAD_ADDRESS', 'name one peer to dial')
    if (this.#linksTo(peer).length > 0) return peer
    // There and back, as a handshake takes.
    const latencyMs = this.#world.latencyMs(this.peer, peer)
    await abortable(this.#arrival(latencyMs), signal)
    const target = this.#isUnplugged ? undefined : this.#world.find(this.peer, peer)
    if (!target || this.#world.isLost()) await abortable(this.#arrival(this.#world.silenceMs), signal)
    const isRefused = !target || target === this || target.refuses(this.peer) || this.refuses(peer)
    if (isRefused || this.#isFull() || target.#isFull()) throw coreError('UNREACHABLE', `${peer} cannot be reached`)
    const link: Link = {
      ends: [this, target],
      latencyMs,
      isDead: false,
      since: this.#world.clock.now(),
      sent: new Map(),
      streams: new Set(),
      bulk: undefined,
      down: new AbortController()
    }
    target.#add(link)
    await abortable(this.#arrival(latencyMs), link.down.signal)
    this.#add(link)
    if (signal?.aborted || this.refuses(peer)) this.#close(link)
    signal?.throwIfAborted()
    if (link.down.signal.aborted) throw link.down.signal.reason
    return peer
  }

  async hangUp(peer: PeerId): Promise<void> {
    this.drop(peer)
  }

  /** There are no relays in memory. */
  isRelaying(_peer: PeerId): boolean {
    return false
  }

  async deny(peer: PeerId, ms: number, cause: Cause): Promise<void> {
    this.denials.add({ peer }, ms, cause)
    this.drop(peer)
  }

  /** There are no hosts in memory. */
  blame(_peer: PeerId, _reason: string): void {}

  handle(protocol: string, handler: Handle): () => void {
    if (this.#handlers.has(protocol)) throw coreError('PROTOCOL_TAKEN', `${protocol} is served already`)
    this.#handlers.set(protocol, handler)
    return () => {
      if (this.#handlers.get(protocol) === handler) this.#handlers.delete(protocol)
    }
  }

  async open(
    peer: PeerId,
    protocol: string,
    { plane, signal }: { plane?: Plane; signal?: AbortSignal } = {}
  ): Promise<Duplex> {
    this.#checkRunning()
    signal?.throwIfAborted()
    // The newest: an older one may be dead.
    const link = this.#linksTo(peer).at(-1)
    if (!link) throw coreError('UNREACHABLE', `not connected to ${peer}`)
    if (plane === 'bulk') link.bulk = this.#world.bulk
    const opened = this.#openOn(link, protocol)
    try {
      return await abortable(opened, signal)
    } catch (error) {
      // An abort leaves the opening on its way: whatever comes of it is dropped.
      opened.then(
        duplex => duplex.abort(new Error('aborted')),
        () => undefined
      )
      throw error
    }
  }

  subscribe(topic: string, receive: Receive): () => void {
    if (this.#topics.has(topic)) throw new TypeError(`${topic} is subscribed to already`)
    this.#topics.set(topic, receive)
    return () => {
      if (this.#topics.get(topic) === receive) this.#topics.delete(topic)
    }
  }

  async publish(topic: string, message: Uint8Array): Promise<void> {
    if (message.length > MAX_GOSSIP_BYTES)
      throw coreError('TOO_LARGE', `a gossip message is at most ${MAX_GOSSIP_BYTES} bytes`)
    this.#checkRunning()
    if (this.#isNew(topic, message)) this.#spread(topic, message.slice())
  }

  /** Ends every connection to a peer. */
  drop(peer: PeerId): void {
    for (const link of this.#linksTo(peer)) this.#close(link)
  }

  /** Breaks every connection to a peer. */
  cut(peer: PeerId): void {
    for (const link of this.#linksTo(peer)) this.#break(link)
  }

  unplug(): void {
    this.#isUnplugged = true
    for (const link of [...this.#links]) this.#break(link)
  }

  refuses(peer: PeerId): boolean {
    return this.#state !== 'started' || this.denials.get(peer) !== undefined
  }

  /** All nodes that are connected to this one in some way, itself first. */
  part(): MemoryNode[] {
    const found = new Set<MemoryNode>([this])
    for (const node of found) for (const link of node.#links) found.add(node.#otherEnd(link))
    return [...found]
  }

  see(peer: PeerId): void {
    for (const listener of [...this.#discoverers]) listener(peer, [`/memory/${peer}/p2p/${peer}`])
  }

  #checkRunning(): void {
    if (this.#state === 'started') return
    throw coreError(this.#state === 'stopped' ? 'STOPPED' : 'NOT_STARTED', `the network is ${this.#state}`)
  }

  #arrival(ms: number): Promise<void> {
    return new Promise(resolve => this.#world.deliver(ms, resolve))
  }

  /** Resolves when something has got to the link's other end: never if that is dead. */
  #crossing(link: Link): Promise<void> {
    return abortable(new Promise(resolve => this.#deliver(link, resolve)), link.down.signal)
  }

  #deliver(link: Link, work: () => void): void {
    this.#world.deliver(link.latencyMs, () => {
      if (!link.isDead) work()
    })
  }

  #isFull(): boolean {
    return this.#links.size >= this.#world.maxConnections
  }

  /** The tables of all nodes that are connected to this one in some way. */
  #connected(): MemoryDht[] {
    this.#checkRunning()
    return this.#world.partOf(this).flatMap(node => (node === this ? [] : [node.dht]))
  }

  #otherEnd(link: Link): MemoryNode {
    return link.ends[0] === this ? link.ends[1] : link.ends[0]
  }

  #linksTo(peer: PeerId): Link[] {
    return [...this.#links].filter(link => this.#otherEnd(link).peer === peer)
  }

  #add(link: Link): void {
    const { peer } = this.#otherEnd(link)
    const isFirst = this.#linksTo(peer).length === 0
    this.#links.add(link)
    this.#world.changed()
    if (isFirst) this.#emit('connect', peer)
  }

  #remove(link: Link): void {
    const { peer } = this.#otherEnd(link)
    const isGone = this.#links.delete(link)
    if (isGone) this.#world.changed()
    if (isGone && this.#linksTo(peer).length === 0) this.#emit('disconnect', peer)
  }

  #close(link: Link): void {
    if (link.down.signal.aborted) return
    link.down.abort(coreError('UNREACHABLE', 'the connection broke'))
    const broken = new Error('the connection broke')
    for (const stream of link.streams) stream.fail(broken)
    for (const end of link.ends) end.#remove(link)
  }

  /** Both ends find out after a while. */
  #break(link: Link): void {
    if (this.#world.silenceMs === 0) return this.#close(link)
    link.isDead = true
    this.#world.clock.after(this.#world.silenceMs, () => this.#close(link))
  }

  #emit(event: 'connect' | 'disconnect', peer: PeerId): void {
    for (const listener of [...this.#peerListeners]) listener(event, peer)
  }

  async #openOn(link: Link, protocol: string): Promise<Duplex> {
    await this.#crossing(link)
    const target = this.#otherEnd(link)
    const handler = target.#handlers.get(protocol)
    if (!handler) {
      await this.#crossing(link)
      throw coreError('PROTOCOL_UNSUPPORTED', `${target.peer} does not serve ${protocol}`)
    }
    const { onTraffic, windowBytes } = this.#world
    const end = (node: MemoryNode) => ({
      windowBytes,
      deliver: (work: () => void) => this.#deliver(link, work),
      onSent: (bytes: number) => {
        link.sent.set(node, (link.sent.get(node) ?? 0) + bytes)
        onTraffic(node.peer, node.#otherEnd(link).peer, protocol, bytes)
      },
      ...(this.#world.isLost() && { breakAfterBytes: this.#world.below(windowBytes) })
    })
    const [ours, theirs] = duplexPair(end(this), end(target))
    for (const stream of [ours, theirs]) {
      link.streams.add(stream)
      stream.closed.addEventListener('abort', () => link.streams.delete(stream), { once: true })
    }
    handler(theirs, this.peer)
    await this.#crossing(link)
    return ours
  }

  #isNew(topic: string, message: Uint8Array): boolean {
    const id = createHash('sha256').update(`${topic}\0`).update(message).digest('base64')
    if (this.#seen.has(id)) return false
    this.#seen.add(id)
    if (this.#seen.size > REMEMBERED_MESSAGES) for (const oldest of this.#seen) if (this.#seen.delete(oldest)) break
    return true
  }

  #spread(topic: string, message: Uint8Array, except?: MemoryNode): void {
    const neighbours = new Map([...this.#links].map(link => [this.#otherEnd(link), link]))
    for (const [neighbour, link] of neighbours) {
      if (neighbour === except || !neighbour.#topics.has(topic) || this.#world.isLost()) continue
      this.#world.onTraffic(this.peer, neighbour.peer, 'gossip', message.length)
      this.#deliver(link, () => neighbour.#hear(topic, message, this))
    }
  }

  #hear(topic: string, message: Uint8Array, from: MemoryNode): void {
    const receive = this.#topics.get(topic)
    if (!receive || this.#linksTo(from.peer).length === 0 || !this.#isNew(topic, message)) return
    const verdict = receive(message.slice(), from.peer)
    if (verdict === 'accept') this.#spread(topic, message, from)
    if (verdict === 'reject') this.#offend(from.peer, 'gossip')
  }

  #describe(link: Link): Connection {
    const other = this.#otherEnd(link)
    return {
      peer: other.peer,
      path: 'direct',
      relay: undefined,
      notBetter: undefined,
      address: `/memory/${other.peer}/p2p/${other.peer}`,
      transport: 'memory',
      encryption: 'none',
      bulk: link.bulk,
      direction: link.ends[0] === this ? 'outbound' : 'inbound',
      since: link.since,
      rttMs: 2 * link.latencyMs,
      isSilent: false,
      bytesIn: link.sent.get(other) ?? 0,
      bytesOut: link.sent.get(this) ?? 0
    }
  }
}

function parseAddress(text: string): PeerId {
  const [, peer, named] = /^\/memory\/([^/]+)(?:\/p2p\/([^/]+))?$/.exec(text) ?? []
  if (!peer || (named !== undefined && named !== peer)) throw coreError('BAD_ADDRESS', `not a memory address: ${text}`)
  return peer as PeerId
}
