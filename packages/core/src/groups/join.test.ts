import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../logger.ts'
import type { GroupId } from '../ids.ts'
import { signingKey } from '../identity/ed25519.ts'
import type { Identity } from '../identity/identity.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { manualClock } from '../testing/manual-clock.ts'
import type { ManualClock } from '../testing/manual-clock.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import type { MemoryNetwork } from '../testing/memory-network.ts'
import { memoryStores } from '../testing/memory-stores.ts'
import { furtherDevice } from '../testing/membership-home.ts'
import { OPEN_LINK, hex, invitationKey, found } from '../testing/replica.ts'
import type { Stores } from '../store/store.ts'
import type { Stream } from '../stream.ts'
import type { Network } from '../transport/network.ts'
import { MAX_OFFENCES } from '../transport/offences.ts'
import { createStreams } from '../transport/streams.ts'
import type { Streams } from '../transport/streams.ts'
import { serveJoins } from './admission.ts'
import { GROUP_SCHEMA } from './group-store.ts'
import type { LinkContent } from './invitation.ts'
import { join } from './join.ts'
import { signJoinRequest } from './join-request.ts'
import { membership } from './membership.ts'
import type { Membership } from './membership.ts'
import { readOperation } from './operation.ts'
import { JOIN, decodeChallenge, decodeReply, encodeChallenge, encodeWelcome } from './protocol.ts'

interface Home {
  identity: Identity
  network: Network
  streams: Streams
  membership: Membership
  /** No answer to joins any more. */
  close(): void
}

let clock: ManualClock
let world: MemoryNetwork
let stores: Stores
let homes: Home[]
beforeEach(() => {
  clock = manualClock()
  world = memoryNetwork({ clock })
  stores = memoryStores()
  homes = []
})
afterEach(async () => {
  for (const { streams, network } of homes) {
    streams.close()
    await network.stop()
  }
  stores.close()
})

async function home(name: string, { serves = true, identity = memoryIdentity(name) } = {}): Promise<Home> {
  const network = world.node(identity.device)
  const database = stores.of(identity.device).database([GROUP_SCHEMA])
  const members = membership({ identity, database, clock })
  const streams = createStreams({ network, clock, logger: silentLogger, isMember: () => false })
  const deps = { self: identity.device, membership: members, streams, clock, logger: silentLogger }
  const close = serves ? serveJoins(deps) : () => undefined
  await network.start()
  const made = { identity, network, streams, membership: members, close }
  homes.push(made)
  return made
}

const secretOf = (name: string): Uint8Array => new Uint8Array(32).fill(name.charCodeAt(0))

/** Founds a group with an invitation and says what its link says. */
async function invitation(
  options: { uses?: number; lasts?: number } = {}
): Promise<{ ada: Home; group: GroupId; link: LinkContent }> {
  const { uses = 1, lasts = 60_000 } = options
  const ada = await home('ada')
  const group = ada.membership.create({ name: 'Il borgo', kind: 'shared' })
  const seed = secretOf('k')
  const expiresAt = clock.now() + lasts
  ada.membership.act(group, {
    type: 'invite',
    ...OPEN_LINK,
    key: hex(signingKey(seed)),
    role: 'writer',
    uses,
    expiresAt
  })
  const peers = new Map([[ada.identity.device, ada.network.addresses()]])
  return { ada, group, link: { group, name: 'Il borgo', peers, secret: seed } }
}

const code = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: { code?: string }) => error.code ?? error
  )

/** The link with other members to ask first. */
const also = (link: LinkContent, ...others: Home[]): LinkContent => {
  const listed = others.map(({ identity, network }) => [identity.device, network.addresses()] as const)
  return { ...link, peers: new Map([...listed, ...link.peers]) }
}

describe('joining by a link', () => {
  it('[G-14] makes both sides know the member, on disk, with the same key', async () => {
    const { ada, group, link } = await invitation()
    const bob = await home('bob')
    await join(link, bob)
    for (const { membership } of [ada, bob]) {
      expect(membership.state(group)?.members.get(bob.identity.account)).toMatchObject({ name: 'bob', role: 'writer' })
      expect(membership.state(group)?.members.size).toBe(2)
    }
    expect(bob.membership.key(group, 0)).toEqual(ada.membership.key(group, 0))
    expect(bob.membership.heads(group)).toEqual(ada.membership.heads(group))
  })

  it('[G-14] goes through any member, also when who invited is gone', async () => {
    const { ada, link, group } = await invitation({ uses: 2 })
    const bob = await home('bob')
    const cleo = await home('cleo')
    await join(link, bob)
    await ada.network.stop()
    expect(await code(join(link, cleo))).toBe('UNREACHABLE')
    await join(also(link, bob), cleo)
    expect(cleo.membership.state(group)?.members.size).toBe(3)
  })

  it('[G-14] asks one member after the other', async () => {
    const { group, link } = await invitation()
    const stranger = await home('sam')
    const deaf = await home('dan', { serves: false })
    const gone = await home('gus')
    await gone.network.stop()
    const bob = await home('bob')
    const gonePeers = new Map([[gone.identity.device, [`/memory/${gone.identity.device}/p2p/${gone.identity.device}`]]])
    const all = also(link, stranger, deaf)
    await join({ ...all, peers: new Map([...gonePeers, ...all.peers]) }, bob)
    expect(bob.membership.state(group)?.members.size).toBe(2)
  })

  it('[G-14] is answered again when the first answer was lost', async () => {
    const { ada, group, link } = await invitation()
    const bob = await home('bob')
    const { deviceKey, certificate, name, device } = bob.identity
    await bob.network.dial(ada.network.addresses())
    const stream = await bob.streams.open(ada.identity.device, JOIN)
    const nonce = decodeChallenge((await stream.receive())!)
    const content = { group, admitter: ada.identity.device, certificate, name, nonce }
    await stream.send(signJoinRequest(content, deviceKey, signingKey(link.secret)))
    await stream.receive()
    stream.reset()
    expect(ada.membership.roleOf(group, device)).toBe('writer')
    expect(bob.membership.groups()).toEqual([])
    await join(link, bob)
    expect(bob.membership.groups()).toEqual([group])
    expect(ada.membership.state(group)?.members.size).toBe(2)
  })

  it('[G-41] is answered so many times within an hour, and no more', async () => {
    const { ada, link } = await invitation()
    const bob = await home('bob')
    await join(link, bob)
    let answers = 1
    let refused: unknown
    for (; answers < 100 && refused === undefined; answers++) refused = await code(join(link, bob))
    expect([answers - 1, refused]).toEqual([64, 'UNREACHABLE'])
    await clock.advance(3_600_000)
    await join(link, bob)
    expect(ada.membership.heads(link.group)).toEqual(bob.membership.heads(link.group))
  })

  it('[G-4] is refused when the invitation has expired or is used up, and keeps nothing', async () => {
    const { ada, link, group } = await invitation()
    const [bob, cleo] = [await home('bob'), await home('cleo')]
    await join(link, bob)
    expect(await code(join(link, cleo))).toBe('INVITATION_USED_UP')
    await clock.advance(61_000)
    expect(await code(join(link, cleo))).toBe('INVITATION_EXPIRED')
    expect(cleo.membership.groups()).toEqual([])
    expect(ada.membership.state(group)?.members.size).toBe(2)
  })

  it('[G-11] is refused when the link was tampered with', async () => {
    const { ada, link, group } = await invitation()
    const bob = await home('bob')
    const other = ada.membership.create({ name: 'Another', kind: 'shared' })
    expect(await code(join({ ...link, secret: secretOf('x') }, bob))).toBe('BAD_INVITATION')
    expect(await code(join({ ...link, group: other }, bob))).toBe('BAD_INVITATION')
    expect(await code(join({ ...link, peers: new Map() }, bob))).toBe('UNREACHABLE')
    expect(bob.membership.groups()).toEqual([])
    expect(ada.membership.state(group)?.members.size).toBe(1)
    expect(ada.membership.state(other)?.members.size).toBe(1)
  })

  it('[G-14] stops when it is told to', async () => {
    const { ada, link } = await invitation()
    const silent = await home('sid', { serves: false })
    silent.streams.handle(
      JOIN,
      stream => new Promise(resolve => stream.signal.addEventListener('abort', () => resolve()))
    )
    const bob = await home('bob')
    const stopping = new AbortController()
    const joining = join(also(link, silent), bob, stopping.signal)
    await clock.advance(1000)
    stopping.abort(new Error('enough'))
    await expect(joining).rejects.toThrow('enough')
    expect(bob.membership.groups()).toEqual([])
    expect(await code(join(link, bob, stopping.signal))).toBeInstanceOf(Error)
    ada.close()
  })

  it('[G-14] gives up a member that says nothing and asks the next', async () => {
    const { link, group } = await invitation()
    const silent = await home('sid', { serves: false })
    const asked = Promise.withResolvers<void>()
    silent.streams.handle(JOIN, stream => {
      asked.resolve()
      return new Promise(resolve => stream.signal.addEventListener('abort', () => resolve()))
    })
    const bob = await home('bob')
    const joining = join(also(link, silent), bob)
    await asked.promise
    await clock.advance(JOIN.idleMs)
    await joining
    expect(bob.membership.groups()).toEqual([group])
  })

  it('[G-14] believes no member whose operations or keys are false', async () => {
    const { ada, link, group } = await invitation()
    const liar = await home('liz', { serves: false })
    const bob = await home('bob')
    const lies = [
      [new Uint8Array(100)],
      found(liar.identity)
        .history.since([])
        .map(({ bytes }) => bytes),
      ada.membership.since(group, [])
    ]
    for (const operations of lies) {
      const stop = liar.streams.handle(JOIN, async stream => {
        await stream.send(encodeChallenge(new Uint8Array(32)))
        await stream.receive()
        for (const message of encodeWelcome([], operations)) await stream.send(message)
      })
      const only = { ...link, peers: new Map([[liar.identity.device, liar.network.addresses()]]) }
      expect(await code(join(only, bob))).toBe('UNREACHABLE')
      stop()
    }
    expect(bob.membership.groups()).toEqual([])
    await join(link, bob)
    expect(bob.membership.groups()).toEqual([group])
  })
})

describe('a further device', () => {
  it('[G-25] joins without an invitation once its person added it, and has what the person has', async () => {
    const { ada, group, link } = await invitation()
    const phone = await home('ada', { identity: furtherDevice('ada', 'phone') })
    const nothing = { ...link, secret: secretOf('nothing') }
    expect(await code(join(nothing, phone))).toBe('BAD_INVITATION')
    ada.membership.act(group, { type: 'addDevice', certificate: phone.identity.certificate })
    ada.membership.rotate(group)
    await join(nothing, phone)
    expect(phone.membership.state(group)?.members.size).toBe(1)
    for (const epoch of [0, ada.membership.epoch(group)])
      expect(phone.membership.key(group, epoch)).toEqual(ada.membership.key(group, epoch))
    const eve = await home('eve')
    expect(await code(join(nothing, eve))).toBe('BAD_INVITATION')
  })
})

describe('who admits', () => {
  /** Says `answer` to Ada's challenge and returns what she replies. */
  const say = async (from: Home, to: Home, answer: (nonce: Uint8Array) => Uint8Array): Promise<unknown> => {
    await from.network.dial(to.network.addresses())
    const stream: Stream = await from.streams.open(to.identity.device, JOIN)
    const nonce = decodeChallenge((await stream.receive())!)
    await stream.send(answer(nonce))
    const bytes = await stream.receive()
    await stream.end()
    return bytes && decodeReply(bytes)
  }

  it('[G-2] refuses a request that was made before, for another member, or by another device', async () => {
    const { ada, group, link } = await invitation({ uses: 9 })
    const key = signingKey(link.secret)
    const [bob, eve] = [await home('bob'), await home('eve')]
    const { certificate, name, deviceKey } = bob.identity
    const made = (admitter: Home, nonce: Uint8Array) =>
      signJoinRequest({ group, admitter: admitter.identity.device, certificate, name, nonce }, deviceKey, key)
    const bad = 'STREAM_RESET'
    expect(await code(say(bob, ada, () => made(ada, new Uint8Array(32))))).toBe(bad)
    expect(await code(say(bob, ada, nonce => made(eve, nonce)))).toBe(bad)
    expect(await code(say(eve, ada, nonce => made(ada, nonce)))).toBe(bad)
    expect(ada.membership.state(group)?.members.size).toBe(1)
    expect(await say(bob, ada, nonce => made(ada, nonce))).toMatchObject({ type: 'welcome' })
  })

  it('[G-2] says no more of groups and invitations than that they are unknown', async () => {
    const { ada, group } = await invitation()
    const eve = await home('eve')
    const key = invitationKey('guess')
    const { certificate, name, deviceKey } = eve.identity
    const elsewhere = found(memoryIdentity('zoe')).history.group
    for (const guess of [group, elsewhere]) {
      const reply = say(eve, ada, nonce => {
        const content = { group: guess, admitter: ada.identity.device, certificate, name, nonce }
        return signJoinRequest(content, deviceKey, key)
      })
      expect(await reply).toEqual({ type: 'refused', reason: 'unknown' })
    }
  })

  it('[G-15] cuts off who sends nonsense', async () => {
    const { ada } = await invitation()
    const eve = await home('eve')
    for (let sent = 0; sent < MAX_OFFENCES; sent++)
      expect(await code(say(eve, ada, nonce => nonce))).toBe('STREAM_RESET')
    expect(ada.network.connections()).toEqual([])
    expect(await code(eve.network.dial(ada.network.addresses()))).toBe('UNREACHABLE')
  })

  it('[G-4] lets in exactly as many as may, however many ask at once', async () => {
    const { ada, group, link } = await invitation({ uses: 3 })
    const crowd = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(name => home(`${name} of the crowd`)))
    const codes = await Promise.all(crowd.map(one => code(join(link, one))))
    expect(codes.filter(one => one === undefined)).toHaveLength(3)
    expect(codes.filter(one => one === 'INVITATION_USED_UP')).toHaveLength(4)
    expect(ada.membership.state(group)?.members.size).toBe(4)
  })

  it('[G-4] lets in who came once too many at another member, but not for long', async () => {
    const { ada, group, link } = await invitation({ uses: 2 })
    const [bob, cleo, dan] = [await home('bob'), await home('cleo'), await home('dan')]
    await join(link, bob)
    await join(link, cleo)
    const atBob = { ...link, peers: new Map([[bob.identity.device, bob.network.addresses()]]) }
    await join(atBob, dan)
    const lost = (): Home[] => [cleo, dan].filter(({ membership }) => membership.groups().length === 0)
    const everyone = [ada, bob, cleo, dan]
    for (const to of everyone)
      for (const from of everyone) to.membership.receive(group, from.membership.since(group, []))
    expect(lost()).toHaveLength(1)
    expect(ada.membership.state(group)?.members.size).toBe(3)
    // A new invitation heals it.
    const secret = secretOf('n')
    const expiresAt = clock.now() + 60_000
    ada.membership.act(group, {
      type: 'invite',
      ...OPEN_LINK,
      key: hex(signingKey(secret)),
      role: 'reader',
      uses: 1,
      expiresAt
    })
    const [loser] = lost()
    await join({ ...link, secret }, loser!)
    expect(lost()).toEqual([])
    expect(ada.membership.state(group)?.members.size).toBe(4)
    expect(loser!.membership.since(group, []).map(bytes => readOperation(bytes).id)).toHaveLength(
      ada.membership.since(group, []).length
    )
  })
})
