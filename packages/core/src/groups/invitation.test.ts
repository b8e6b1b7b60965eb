import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeCanonical } from '../canonical.ts'
import { hasCode } from '../errors.ts'
import { hashId, hashOf, peerKey } from '../ids.ts'
import type { GroupId } from '../ids.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { LINK_LENGTH, encodeLink, readLink } from './invitation.ts'
import type { LinkContent } from './invitation.ts'

const { device } = memoryIdentity('ada')
const content: LinkContent = {
  group: hashId<GroupId>(new Uint8Array(32).fill(3)),
  name: 'Il borgo 🏘',
  peers: new Map([[device, [`/ip4/192.168.1.7/tcp/4001/p2p/${device}`, `/ip6/::1/tcp/4002/ws/p2p/${device}`]]]),
  secret: new Uint8Array(32).fill(4)
}
const link = encodeLink(content)

const isRefused = (text: string): boolean => {
  try {
    readLink(text)
    return false
  } catch (error) {
    if (hasCode(error, 'BAD_INVITATION')) return true
    throw error
  }
}
const linkOf = (value: unknown): string => `borgo:join/${Buffer.from(encodeCanonical(value)).toString('base64url')}`
const fields = { v: 1, group: hashOf(content.group), name: 'x', peers: [] as unknown[], secret: content.secret }
const peer = { key: peerKey(device), addresses: ['/ip4/1.2.3.4/tcp/1'] }

describe('an invitation link', () => {
  it('[G-11] says the same when it is read', () => {
    expect(readLink(link)).toEqual(content)
    expect(readLink(`  ${link}\n`)).toEqual(content)
    expect(linkOf({ ...fields, peers: [peer] }).length).toBeGreaterThan(100)
    expect(readLink(linkOf({ ...fields, peers: [peer] })).peers.get(device)).toEqual([
      `/ip4/1.2.3.4/tcp/1/p2p/${device}`
    ])
  })

  it('[G-11] fits a QR code, however many members and addresses there are', () => {
    const addresses = Array.from(
      { length: 50 },
      (_, at) => `/ip6/2001:db8:85a3:8d3:1319:8a2e:370:${1000 + at}/tcp/40001/ws`
    )
    const peers = new Map(['a', 'b', 'c', 'd', 'e', 'f'].map(name => [memoryIdentity(name).device, addresses]))
    const long = encodeLink({ ...content, name: '🏘'.repeat(64), peers })
    // Version 40 with the lowest error correction takes 2,953 bytes.
    expect(long.length).toBeLessThan(2953)
    expect(readLink(long).peers.size).toBe(4)
  })

  it('[G-11] leaves out what is no address', () => {
    const peers = new Map([[device, ['', 'nonsense', '/ip4/1.2.3.4/tcp/1 ', `/${'x'.repeat(200)}`]]])
    expect(readLink(encodeLink({ ...content, peers })).peers.size).toBe(0)
  })

  it.each([
    ['nothing', ''],
    ['another kind of link', 'https://example.org/'],
    ['its beginning only', link.slice(0, 40)],
    ['all but its end', link.slice(0, -1)],
    ['more than it', `${link}A`],
    ['other characters in it', `${link.slice(0, -3)}+/=`],
    ['too much', `borgo:join/${'A'.repeat(LINK_LENGTH)}`],
    ['another version', linkOf({ ...fields, v: 2 })],
    ['a field too many', linkOf({ ...fields, more: 1 })],
    ['a short secret', linkOf({ ...fields, secret: new Uint8Array(16) })],
    ['an empty name', linkOf({ ...fields, name: '' })],
    ['a name that hides something', linkOf({ ...fields, name: 'a\u202eb' })],
    ['too many members', linkOf({ ...fields, peers: Array.from({ length: 5 }, () => peer) })],
    ['an address that is none', linkOf({ ...fields, peers: [{ ...peer, addresses: ['ip4/1.2.3.4'] }] })],
    ['an address with a line break', linkOf({ ...fields, peers: [{ ...peer, addresses: ['/ip4/1.2.3.4\n'] }] })]
  ])('[G-11] is refused as %s', (_, text) => {
    expect(isRefused(text)).toBe(true)
  })

  it('[G-11] is refused or harmless, whatever was typed', () => {
    const noise = fc
      .uint8Array({ maxLength: 300 })
      .map(bytes => `borgo:join/${Buffer.from(bytes).toString('base64url')}`)
    fc.assert(fc.property(fc.oneof(noise, fc.string()), isRefused), { numRuns: 2000 })
  })

  it('[G-11] shows nothing of its secret when it is refused', () => {
    const secret = Buffer.from(content.secret).toString('base64url').slice(2, 20)
    try {
      readLink(`${link}AA`)
      expect.unreachable()
    } catch (error) {
      expect(String(error) + String((error as Error).cause)).not.toContain(secret)
    }
  })
})
