import { randomBytes } from 'node:crypto'
import { FRAMES } from '../src/testing/frames.ts'
import { heapBytes } from '../src/testing/heap.ts'
import { AGREEMENT, encodeOffer } from '../src/transport/bulk/protocol.ts'
import { encodePunch } from '../src/transport/libp2p/relay-protocol.ts'
import { multiaddr } from '@multiformats/multiaddr'
import type { Duplex, Network } from '../src/transport/network.ts'

/** Each costs a millisecond or three, and carries ten frames on average. */
export const STREAMS = Math.ceil(FRAMES / 10)
/** After so many, the attacker comes back as somebody else. */
const STREAMS_OF_ONE = 200
/** What the heap may grow by while the frames of one protocol come: streams of the last ten seconds have timers yet. */
export const MAX_GROWTH_BYTES = 64 * 1_048_576

/** Fields of a protobuf that are bytes or messages: https://protobuf.dev/programming-guides/encoding. */
const field = (number: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of((number << 3) | 2, bytes.length), bytes])
const type = (value: number): Buffer => Buffer.of(8, value)
const peer = Buffer.concat([Buffer.of(0, 36, 8, 1, 18, 32), Buffer.alloc(32, 7)])
const address = Buffer.of(4, 127, 0, 0, 1, 6, 1, 1)
const key = Buffer.concat([Buffer.from('/borgo-name/'), Buffer.alloc(32, 5)])
const record = Buffer.concat([field(1, key), field(2, Buffer.of(0x81, 0x41, 1))])
/** Identify: an agent, an address, a protocol. */
const identify = Buffer.concat([field(6, Buffer.from('agent')), field(2, address), field(3, Buffer.from('/x'))])
const table = [
  Buffer.concat([type(4), field(2, Buffer.alloc(32, 3))]),
  Buffer.concat([type(0), field(2, key), field(3, record)]),
  Buffer.concat([type(1), field(2, key)]),
  Buffer.concat([type(2), field(2, Buffer.alloc(34, 9)), field(9, field(1, peer))])
]

/** What libp2p's protocols and our own beside them carry, by https://github.com/libp2p/specs. */
export const GENUINE = {
  '/ipfs/id/1.0.0': [identify],
  '/ipfs/id/push/1.0.0': [identify],
  '/ipfs/ping/1.0.0': [randomBytes(32)],
  '/meshsub/1.2.0': [field(2, Buffer.concat([field(2, Buffer.alloc(8, 7)), field(4, Buffer.from('t'))]))],
  '/borgo/lan/kad/1': table,
  '/borgo/kad/1': table,
  '/libp2p/circuit/relay/0.2.0/hop': [type(0), Buffer.concat([type(1), field(2, field(1, peer))])],
  '/libp2p/circuit/relay/0.2.0/stop': [Buffer.concat([type(0), field(2, field(1, peer))])],
  '/libp2p/dcutr': [encodePunch('connect', [multiaddr(address)]), encodePunch('sync')],
  [AGREEMENT]: [encodeOffer(undefined), encodeOffer({ id: '00'.repeat(16), key: randomBytes(32), port: 1 })]
}

/**
 * Of these nothing is read that could be wrong: who asks for identify is only told, a ping is echoed, and a relay is listened
 * to where this node has a place.
 */
export const UNREAD: readonly string[] = ['/ipfs/id/1.0.0', '/ipfs/ping/1.0.0', '/libp2p/circuit/relay/0.2.0/stop']

/** What came of an attack. */
export interface Outcome {
  /** Bytes by which the heap grew. */
  grown: number
  /** How often the attacker was shut out. */
  shutOut: number
}

export interface Attack {
  protocol: keyof typeof GENUINE
  target: Network
  /** Where the target can be dialled. */
  addresses(): string[]
  /** Starts a network, of somebody new. */
  join(): Promise<Network>
  random: () => number
}

/** Opens streams one after the other and sends forged frames on each. */
export async function attack({ protocol, target, addresses, join, random }: Attack): Promise<Outcome> {
  const below = (limit: number): number => Math.floor(random() * limit)
  const genuine = GENUINE[protocol]
  const forge = (): Buffer => {
    const bytes = Buffer.from(genuine[below(genuine.length)] ?? [])
    for (let flips = below(4); flips >= 0; flips--) bytes[below(bytes.length)] = below(256)
    const cut = below(4) === 0 ? bytes.subarray(0, below(bytes.length)) : bytes
    const claimed = below(10) === 0 ? below(128) : cut.length
    return Buffer.concat([Buffer.of(claimed), cut])
  }
  const begin = heapBytes()
  let shutOut = 0
  let attacker = await join()
  let before: Duplex | undefined
  for (let opened = 0; opened < STREAMS;) {
    if (!attacker.connections().some(({ peer }) => peer === target.peer)) {
      if (target.denials.get(attacker.peer)?.why === 'offences') shutOut++
      // To wait until that is over would take as long as making another node; to be let in again does not.
      for (const denial of target.denials.list()) target.denials.lift(denial.peer ?? denial.host ?? '')
      await attacker.dial(addresses())
    }
    const duplex = await attacker.open(target.peer, protocol).catch(() => undefined)
    // When the next one is open, what came on this one has been looked at.
    before?.abort(new Error('next'))
    before = duplex
    if (!duplex) continue
    opened++
    // Where the first frame decides, further ones are never looked at.
    const frames = Array.from({ length: below(2) ? 1 : 20 }, forge)
    await duplex.write(Buffer.concat(frames)).catch(() => undefined)
    if (below(2)) await duplex.closeWrite().catch(() => undefined)
    if (opened % STREAMS_OF_ONE !== 0) continue
    await attacker.stop()
    attacker = await join()
  }
  await attacker.stop()
  return { grown: heapBytes() - begin, shutOut }
}
