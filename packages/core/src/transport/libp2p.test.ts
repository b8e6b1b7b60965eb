import { afterEach, describe, expect, it, vi } from 'vitest'
import { networkSuite } from '../testing/network-suite.ts'
import { libp2pNetwork } from './libp2p.ts'
import { randomBytes } from 'node:crypto'
import { silentLogger } from '../logger.ts'

for (const [name, listen] of [
  ['TCP', '/ip4/127.0.0.1/tcp/0'],
  ['WebSocket', '/ip4/127.0.0.1/tcp/0/ws']
] as const)
  networkSuite(
    `libp2p over ${name}`,
    clock => () =>
      libp2pNetwork({ deviceKey: randomBytes(32), listen: [listen], mdns: false, clock, logger: silentLogger })
  )
