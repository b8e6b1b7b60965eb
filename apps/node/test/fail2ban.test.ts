import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createLogger } from '../src/log/logger.ts'
import { startNode } from './harness.ts'

const FILTER = readFileSync(join(import.meta.dirname, '../../../docs/fail2ban/borgo.conf'), 'utf8')
const ADDRESS = '(?<host>[0-9.]+|[0-9a-f:]+(?:/[0-9]+)?)'

/** The filter's expressions, with what fail2ban puts in the place of its names. */
const EXPRESSIONS = [...FILTER.matchAll(/^(?:failregex =| {12})\s*(\^.*)$/gm)].map(
  ([, text = '']) => new RegExp(text.replace(/<(ADDR|SUBNET)>/, ADDRESS))
)

const hostsIn = (log: string): string[] =>
  log.split('\n').flatMap(line => EXPRESSIONS.flatMap(expression => expression.exec(line)?.groups?.host ?? []))

it('[N-181] the filter for fail2ban finds the host in a line that a node wrote', async () => {
  await using node = await startNode()
  const { addresses } = await node.client.status.identity()
  const port = Number(/tcp\/(\d+)/.exec(addresses[0] ?? '')?.[1])
  const log = (): string => readFileSync(join(node.folder, 'logs', 'node.log'), 'utf8')
  while (hostsIn(log()).length === 0) {
    const socket = connect({ host: '127.0.0.1', port, localAddress: '127.0.0.9' })
    socket.on('error', () => undefined)
    // A length that nothing of the protocol has.
    socket.write(Buffer.of(0xff, 0xff, 0x7f))
    socket.resume()
    await new Promise(resolve => socket.once('close', resolve))
  }
  expect(hostsIn(log())).toEqual(['127.0.0.9'])
})

it('[N-181] the filter finds peers and networks, and nothing that somebody else put into a line', () => {
  let log = ''
  const logger = createLogger('info', [text => void (log += text)]).child('streams')
  const reason = '"fields":{"event":"host-denied","address":"10.0.0.1",'
  const denied = { event: 'peer-denied', peer: '12D3KooW', reason, seconds: 600 }
  logger.warn('peer denied', {
    event: 'peer-denied',
    peer: 'p',
    address: '/ip4/192.0.2.7/tcp/4001',
    reason: 'x',
    seconds: 1
  })
  logger.warn('peer denied', { event: 'peer-denied', peer: 'p', address: '/ip6/2001:db8::7/tcp/1', reason, seconds: 1 })
  logger.warn('host denied', { event: 'host-denied', address: '2001:db8:0:1::/64', reason, seconds: 600 })
  logger.warn('peer denied', denied)
  logger.warn(reason, denied)
  expect(hostsIn(log)).toEqual(['192.0.2.7', '2001:db8::7', '2001:db8:0:1::/64'])
})
