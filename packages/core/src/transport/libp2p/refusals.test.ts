import { randomBytes } from 'node:crypto'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { signingKey } from '../../identity/ed25519.ts'
import { silentLogger } from '../../logger.ts'
import type { Logger } from '../../logger.ts'
import { eventually } from '../../testing/eventually.ts'
import { manualClock } from '../../testing/manual-clock.ts'
import { libp2pNetwork } from '../libp2p.ts'
import type { Network } from '../network.ts'
import { MAX_OFFENCES } from '../offences.ts'
import { gossipLimits } from './limits.ts'
import { buildNode } from './node.ts'

/** A frame of two bytes, which say that field 15 follows, of the type 7: there is none. */
const NO_PROTOBUF = Uint8Array.of(2, 0x7f, 0x7f)
const IDENTIFY = '/ipfs/id/1.0.0'
/** Hole punching is listened to through relays only: see `hostile-bytes.test.ts`. */
const LISTENED_TO = ['/ipfs/id/push/1.0.0', '/meshsub/1.2.0', '/borgo/lan/kad/1', '/libp2p/circuit/relay/0.2.0/hop']

describe('what cannot be decoded on protocols of libp2p', () => {
  const clock = manualClock()
  const networks: Network[] = []
  let target: Network
  let offences: number

  const join = async (logger: Logger): Promise<Network> => {
    const network = libp2pNetwork({
      deviceKey: randomBytes(32),
      listen: ['/ip4/127.0.0.1/tcp/0'],
      mdns: false,
      dht: 'auto',
      paths: { relay: 'anyone' },
      clock,
      logger
    })
    networks.push(network)
    await network.start()
    return network
  }
  const counting: Logger = {
    ...silentLogger,
    debug: message => {
      if (message === 'offence') offences++
    }
  }

  beforeEach(async () => {
    offences = 0
    target = await join(counting)
  })
  afterEach(async () => {
    await Promise.all(networks.splice(0).map(network => network.stop()))
  })

  for (const protocol of LISTENED_TO)
    it(`[T-141] counts against who sends it on ${protocol}, and shuts that out`, async () => {
      const attacker = await join(silentLogger)
      await attacker.dial(target.addresses())
      while (offences < MAX_OFFENCES) {
        const before = offences
        const duplex = await attacker.open(target.peer, protocol)
        await duplex.write(NO_PROTOBUF)
        await eventually(() => expect(offences).toBe(before + 1))
        duplex.abort(new Error('next'))
      }
      expect(target.denials.list()).toMatchObject([{ peer: attacker.peer, why: 'offences' }])
      await eventually(() => expect(attacker.connections()).toEqual([]))
    })

  it('[T-141] does not count against a node that has more topics than are read', async () => {
    const subscription = Buffer.of(0x0a, 5, 0x08, 1, 0x12, 1, 0x74)
    const rpc = Buffer.concat(
      Array.from({ length: gossipLimits.decodeRpcLimits.maxSubscriptions + 1 }, () => subscription)
    )
    const length = Buffer.of((rpc.length & 0x7f) | 0x80, rpc.length >> 7)
    const honest = await join(silentLogger)
    await honest.dial(target.addresses())
    const duplex = await honest.open(target.peer, '/meshsub/1.2.0')
    for (let frame = 0; frame <= MAX_OFFENCES; frame++) await duplex.write(Buffer.concat([length, rpc]))
    await duplex.write(NO_PROTOBUF)
    await eventually(() => expect(offences).toBeGreaterThan(0))
    expect(offences).toBe(1)
  })

  it('[T-141] counts against who answers so when it is asked who it is', async () => {
    const seed = randomBytes(32)
    const attacker = await buildNode({
      keyPair: { seed, publicKey: signingKey(seed).publicKey },
      listen: [],
      announce: [],
      gater: {},
      swarmKey: undefined,
      onOffence: () => undefined
    })
    await attacker.start()
    await attacker.handle(IDENTIFY, stream => void stream.send(NO_PROTOBUF), { force: true })
    const [address = ''] = target.addresses()
    while (offences < MAX_OFFENCES) {
      const before = offences
      const connection = await attacker.dial(multiaddr(address), { force: true })
      await eventually(() => expect(offences).toBe(before + 1))
      connection.abort(new Error('next'))
    }
    expect(target.denials.list()).toMatchObject([{ peer: attacker.peerId.toString(), why: 'offences' }])
    await attacker.stop()
  })
})
