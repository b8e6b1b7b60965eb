import fc from 'fast-check'
import type { ResponsePacket } from 'multicast-dns'
import { expect, it } from 'vitest'
import { decodeAnswer, encodeAnswer } from './mdns-message.ts'

const TAG = '_p2p._udp.local'
const PEER = '12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf'
const OTHER = '12D3KooWNvSZnPi3RrhrTwEY4LuuBeB6K6facKUCJcyWG1aoDd2p'
const ADDRESSES = [`/ip4/192.168.1.2/tcp/1/p2p/${PEER}`, `/ip6/fe80::1/tcp/2/p2p/${PEER}`]

const packet = (answers: unknown[], additionals: unknown[] = []): ResponsePacket =>
  ({ type: 'response', answers, additionals }) as unknown as ResponsePacket
/** As texts come off the wire. */
const text = (data: string): unknown => ({ type: 'TXT', name: 'x', data: [Buffer.from(data)] })
const pointer = { type: 'PTR', name: TAG, data: `x.${TAG}` }

it('[T-22] tells and reads where somebody can be dialled', () => {
  const answer = encodeAnswer(TAG, 'label', ADDRESSES)
  expect(decodeAnswer(packet(answer), TAG)).toEqual({ peer: PEER, addresses: ADDRESSES })
  const additional = ADDRESSES.map(address => text(`dnsaddr=${address}`))
  expect(decodeAnswer(packet([pointer], additional), TAG)).toEqual({ peer: PEER, addresses: ADDRESSES })
})

it('[T-22] tells ten addresses at most, and none that is too long for the format', () => {
  const many = Array.from({ length: 20 }, (_, at) => `/ip4/10.0.0.${at}/tcp/1/p2p/${PEER}`)
  const long = `/dns4/${'x'.repeat(250)}/tcp/1/p2p/${PEER}`
  const answer = encodeAnswer(TAG, 'label', [long, ...many])
  expect(decodeAnswer(packet(answer), TAG)?.addresses).toEqual(many.slice(0, 10))
})

it.each([
  ['of another service', [{ ...pointer, name: '_http._tcp.local' }, text(`dnsaddr=${ADDRESSES[0]}`)]],
  ['without an address', [pointer]],
  ['without a peer', [pointer, text('dnsaddr=/ip4/10.0.0.1/tcp/1')]],
  ['of several peers', [pointer, text(`dnsaddr=${ADDRESSES[0]}`), text(`dnsaddr=/ip4/10.0.0.1/tcp/1/p2p/${OTHER}`)]],
  [
    'of a peer with another kind of key',
    [pointer, text('dnsaddr=/ip4/10.0.0.1/tcp/1/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N')]
  ],
  ['with no address', [pointer, text('dnsaddr=/ip4/1.2.3/tcp')]]
])('[T-22] takes no answer %s', (_, answers) => {
  expect(decodeAnswer(packet(answers), TAG)).toBeUndefined()
})

it('[T-22] reads whatever is answered without failing', () => {
  const data = fc.oneof(fc.string(), fc.uint8Array(), fc.array(fc.oneof(fc.string(), fc.uint8Array())))
  const answer = fc.record({ type: fc.constantFrom('TXT', 'PTR', 'A'), name: fc.constantFrom(TAG, ''), data })
  fc.assert(
    fc.property(fc.array(answer), answers => {
      expect(() => decodeAnswer(packet(answers, answers), TAG)).not.toThrow()
    })
  )
})
