import { encode } from '@ipld/dag-cbor'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { hasCode } from '../errors.ts'
import type { PeerId } from '../ids.ts'
import { silentLogger } from '../logger.ts'
import { openDatabase } from '../store/sqlite.ts'
import type { Database } from '../store/store.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import { FRAMES } from '../testing/frames.ts'
import { seededRandom } from '../testing/random.ts'
import type { Network } from '../transport/network.ts'
import { createStreams } from '../transport/streams.ts'
import { ADDRESS_BOOK_SCHEMA, KEPT_STRANGERS, LINK, SOMEBODY_ELSE_MS, createAddressBook } from './address-book.ts'
import { INTRODUCTIONS_PER_MINUTE, createDirectory } from './directory.ts'
import { HELLO, decodeHello, encodeHello } from './hello.ts'
import { startRedialing } from './redial.ts'

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

function setUp() {
  const clock = manualClock()
  const world = memoryNetwork({ clock })
  const settle = async (name: string) => {
    const identity = memoryIdentity(name)
    const network = world.node(identity.device)
    const streams = createStreams({ network, clock, logger: silentLogger, isMember: () => false })
    const database = openDatabase(':memory:', [ADDRESS_BOOK_SCHEMA])
    const book = createAddressBook({ database, clock, logger: silentLogger })
    const self = { certificate: identity.certificate.bytes, name }
    const directory = createDirectory({ network, streams, self: () => self, book, clock, logger: silentLogger })
    await network.start()
    stops.push(
      () => database.close(),
      () => network.stop(),
      () => streams.close(),
      () => book.stop(),
      () => directory.stop()
    )
    return { identity, network, streams, book, directory, self }
  }
  return { clock, world, settle }
}

describe('introductions', () => {
  it('[E-1] tell both sides who the other is and where it can be reached', async () => {
    const { clock, settle } = setUp()
    const [ada, ben] = [await settle('Ada'), await settle('Ben')]
    await ada.network.dial(ben.network.addresses())
    await clock.advance(10)
    expect(ada.directory.get(ben.identity.device)).toMatchObject({ name: 'Ben', account: ben.identity.account })
    expect(ben.directory.get(ada.identity.device)).toMatchObject({ name: 'Ada', account: ada.identity.account })
    expect(ben.book.get(ada.identity.device)).toEqual(ada.network.addresses())
    await ada.network.hangUp(ben.identity.device)
    await clock.advance(10)
    expect(ada.directory.list()).toEqual([])
  })

  it('[E-1] are made when both dial at the same moment', async () => {
    const { clock, settle } = setUp()
    const [ada, ben] = [await settle('Ada'), await settle('Ben')]
    await Promise.all([ada.network.dial(ben.network.addresses()), ben.network.dial(ada.network.addresses())])
    await clock.advance(2_000)
    expect(ada.directory.get(ben.identity.device)?.name).toBe('Ben')
    expect(ben.directory.get(ada.identity.device)?.name).toBe('Ada')
  })

  it('[E-1] are made again when a name changes', async () => {
    const { clock, settle } = setUp()
    const [ada, ben] = [await settle('Ada'), await settle('Ben')]
    await ada.network.dial(ben.network.addresses())
    await clock.advance(10)
    ben.self.name = 'Benedict'
    ben.directory.introduce()
    await clock.advance(10)
    expect(ada.directory.get(ben.identity.device)?.name).toBe('Benedict')
  })

  it('[E-6] count 30 times a minute', async () => {
    const { clock, settle } = setUp()
    const [ada, ben] = [await settle('Ada'), await settle('Ben')]
    await ada.network.dial(ben.network.addresses())
    await clock.advance(10)
    let heard = 1
    ada.directory.onChange(event => event === 'introduce' && heard++)
    for (let round = 0; round < 2 * INTRODUCTIONS_PER_MINUTE; round++) {
      ben.self.name = `Ben ${round}`
      ben.directory.introduce()
      await clock.advance(10)
    }
    expect(heard).toBe(INTRODUCTIONS_PER_MINUTE)
    await clock.advance(60_000)
    ben.directory.introduce()
    await clock.advance(10)
    expect(heard).toBe(INTRODUCTIONS_PER_MINUTE + 1)
    expect(ada.directory.get(ben.identity.device)?.name).toBe(`Ben ${2 * INTRODUCTIONS_PER_MINUTE - 1}`)
  })

  it('[E-6] are written down 30 times a minute, however often the device connects anew, which is then known all the same', async () => {
    const { clock, settle } = setUp()
    const [ada, ben] = [await settle('Ada'), await settle('Ben')]
    const written = vi.spyOn(ada.book, 'set')
    for (let round = 0; round < 2 * INTRODUCTIONS_PER_MINUTE; round++) {
      ben.self.name = `Ben ${round}`
      await ben.network.dial(ada.network.addresses())
      await clock.advance(10)
      expect(ada.directory.get(ben.identity.device)?.name).toBe(`Ben ${round}`)
      await ben.network.hangUp(ada.identity.device)
      await clock.advance(10)
    }
    expect(written.mock.calls.length).toBe(INTRODUCTIONS_PER_MINUTE)
  })

  it("[E-2] are refused with another device's certificate, a forged one, or fields that are not of the form", () => {
    const [ada, ben] = [memoryIdentity('Ada'), memoryIdentity('Ben')]
    const good = { certificate: ada.certificate.bytes, name: 'Ada', addresses: ['/memory/1'] }
    expect(decodeHello(encodeHello(good), ada.device).account).toBe(ada.account)
    expect(() => decodeHello(encodeHello(good), ben.device)).toThrow('certificate')
    const forged = ada.certificate.bytes.slice()
    forged[40] = (forged[40] ?? 0) ^ 1
    const bad: unknown[] = [
      { ...good, certificate: forged },
      { ...good, name: '' },
      { ...good, name: 'x'.repeat(65) },
      { ...good, name: 'a\u202eb' },
      { ...good, addresses: Array.from({ length: 17 }, () => '/memory/1') },
      { ...good, addresses: ['x'.repeat(257)] },
      { ...good, more: 1 },
      { name: 'Ada' },
      []
    ]
    for (const value of bad) expect(() => decodeHello(encode(value), ada.device)).toThrow('not an introduction')
  })

  it(`[E-3] survive ${FRAMES} mutated and cut ones: no value of them is taken, and the sender is shut out`, async () => {
    const ada = memoryIdentity('Ada')
    const good = encodeHello({ certificate: ada.certificate.bytes, name: 'Ada', addresses: ['/memory/1'] })
    const random = seededRandom(3)
    const below = (limit: number): number => Math.floor(random() * limit)
    let refused = 0
    for (let round = 0; round < FRAMES; round++) {
      const bytes = good.slice(0, round % 3 === 0 ? below(good.length) : good.length)
      for (let flip = 0; flip <= below(4) && bytes.length > 0; flip++) bytes[below(bytes.length)] = below(256)
      try {
        const { account, name } = decodeHello(bytes, ada.device)
        // Name and addresses are claims of the sender; the certificate is not.
        expect(account).toBe(ada.account)
        expect(name.length).toBeLessThanOrEqual(64)
      } catch (error) {
        if (!hasCode(error, 'BAD_MESSAGE')) throw error
        refused++
      }
    }
    expect(refused).toBeGreaterThan(0.9 * FRAMES)

    const { clock, settle } = setUp()
    const [mallory, ben] = [await settle('Mallory'), await settle('Ben')]
    await mallory.network.dial(ben.network.addresses())
    await clock.advance(10)
    for (let round = 0; round < 10; round++) {
      const stream = await mallory.streams.open(ben.identity.device, HELLO)
      await stream.send(good)
      await clock.advance(10)
    }
    expect(ben.network.connections()).toEqual([])
    await expect(mallory.network.dial(ben.network.addresses())).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })
})

describe('address book and redialling', () => {
  const openBook = (database: Database) => createAddressBook({ database, clock: manualClock(), logger: silentLogger })
  const at = (device: PeerId, place: string | number): string => `/memory/${place}/p2p/${device}`

  it('[E-4] keeps what a device says of itself before hearsay, at most 16 and 8 addresses, over restarts', () => {
    const database = openDatabase(':memory:', [ADDRESS_BOOK_SCHEMA])
    const device = memoryIdentity('Ada').device
    const list = (from: number, to: number): string[] =>
      Array.from({ length: to - from }, (_, index) => at(device, from + index))
    const book = openBook(database)
    expect(book.get(device)).toEqual([])
    book.set(device, list(0, 10), 1)
    book.add(device, list(5, 20), 2)
    book.stop()
    expect(openBook(database).get(device)).toEqual(list(0, 18))
    book.found(device, list(8, 12), 3)
    expect(book.get(device)).toEqual([...list(8, 12), ...list(0, 8), ...list(12, 18)])
    book.set(device, list(30, 31), 3)
    expect(book.get(device)).toEqual(list(30, 31))
    database.close()
  })

  it('[E-43] keeps what leads to the device and nothing else, whoever says it, also of what lay there before', async () => {
    const database = openDatabase(':memory:', [ADDRESS_BOOK_SCHEMA])
    const [device, ben] = [memoryIdentity('Ada').device, memoryIdentity('Ben').device]
    const good = [
      `/ip4/192.0.2.1/tcp/4001/p2p/${device}`,
      `/ip6/2001:db8::1/tcp/4001/ws/p2p/${device}`,
      `/ip4/192.0.2.2/tcp/4001/p2p/${ben}/p2p-circuit/p2p/${device}`,
      `/dns4/borgo.example/tcp/4001/p2p/${device}`
    ]
    const bad = [
      'x',
      '',
      '/',
      '/ip4/192.0.2.1/tcp/4001',
      `/p2p/${device}`,
      `/ip4/192.0.2.1/tcp/4001/p2p/${ben}`,
      `/ip4/192.0.2.999/tcp/4001/p2p/${device}`,
      `/ip4/192.0.2.1/tcp/4001/p2p/${device}/p2p-circuit`,
      `/ip4/192.0.2.1/tcp/4001/p2p/${device}/p2p-circuit/p2p/${ben}`,
      `/unix/%2Frun%2Fx/p2p/${device}`
    ]
    const insert = database.prepare('INSERT INTO addresses VALUES (?, ?, 1)')
    insert.run(device, JSON.stringify([...bad, good[0], [bad[0], ben, 1], [good[1], ben, 1]]))
    const clock = manualClock()
    const book = createAddressBook({ database, clock, logger: silentLogger })
    expect(book.get(device)).toEqual(good.slice(0, 2))
    await clock.advance(1_000)
    expect(database.prepare('SELECT list FROM addresses').get()?.list).toBe(
      JSON.stringify([good[0], [good[1], ben, 1]])
    )
    book.add(device, [...bad, good[2]!, `${good[2]}/`], 2, ben)
    expect(book.get(device)).toEqual([good[0], good[2], good[1]])
    book.found(device, [...bad, good[3]!], 3)
    expect(book.get(device)).toEqual([good[3], good[0], good[2], good[1]])
    book.set(device, [...bad, ...good], 4)
    expect(book.get(device)).toEqual(good)
    database.close()
  })

  it('[E-36] lets old hearsay make way for new, and nobody push out what the device or another member said', () => {
    const database = openDatabase(':memory:', [ADDRESS_BOOK_SCHEMA])
    const [device, honest, liar] = ['ada', 'ben', 'eve'] as PeerId[] as [PeerId, PeerId, PeerId]
    const list = (name: string, count: number): string[] =>
      Array.from({ length: count }, (_, index) => at(device, `${name}${index}`))
    const book = openBook(database)
    const own = list('own', 20)
    book.set(device, own, 1)
    expect(book.get(device)).toEqual(own.slice(0, 16))
    for (let hour = 0; hour < 12; hour++) book.add(device, [at(device, `moved${hour}`)], 2 + hour, honest)
    const moved = Array.from({ length: 8 }, (_, index) => at(device, `moved${11 - index}`))
    expect(book.get(device)).toEqual([...own.slice(0, 16), ...moved])
    for (let hour = 0; hour < 100; hour++) book.add(device, list(`lie${hour}.`, 16), 100 + hour, liar)
    book.stop()
    const after = openBook(database).get(device)
    expect(after.slice(0, 16)).toEqual(own.slice(0, 16))
    expect(after.filter(address => moved.slice(0, 4).includes(address))).toEqual(moved.slice(0, 4))
    expect(after).toHaveLength(24)
    book.add(device, [at(device, 'here')], 300, honest)
    expect(book.get(device)).toContain(at(device, 'here'))
    // Who is reached speaks for itself.
    book.set(device, [at(device, 'home')], 400)
    expect(book.get(device)).toEqual([at(device, 'home')])
    database.close()
  })

  it('[E-36] tells of what changed, and of nothing else', () => {
    const database = openDatabase(':memory:', [ADDRESS_BOOK_SCHEMA])
    const device = 'ada' as PeerId
    const book = openBook(database)
    let told = 0
    book.onChange(() => told++)
    book.add(device, [at(device, 1)], 1)
    book.add(device, [at(device, 1)], 2, 'ben' as PeerId)
    book.set(device, [at(device, 1)], 3)
    book.set(device, [at(device, 1)], 4)
    expect(told).toBe(1)
    book.found(device, [at(device, 2)], 5)
    expect(told).toBe(2)
    database.close()
  })

  it('[E-6] forgets the oldest of more devices than it remembers, over restarts', () => {
    const database = openDatabase(':memory:', [ADDRESS_BOOK_SCHEMA])
    const stranger = (number: number): PeerId => `stranger ${number}` as PeerId
    const rows = (): number => Number(database.prepare('SELECT count(*) AS n FROM addresses').get()?.n)
    let book = openBook(database)
    for (let number = 0; number < KEPT_STRANGERS + 1; number++) {
      if (number === 1_000) {
        book.stop()
        book = openBook(database)
      }
      book.set(stranger(number), [at(stranger(number), 1)], number)
    }
    book.stop()
    expect(rows()).toBeLessThanOrEqual(KEPT_STRANGERS)
    expect(book.get(stranger(0))).toEqual([])
    const last = stranger(KEPT_STRANGERS)
    expect(book.get(last)).toEqual([at(last, 1)])
    for (let again = 0; again < 1_000; again++) book.set(last, [at(last, again)], 1e6 + again)
    expect(book.get(stranger(1_000))).toEqual([at(stranger(1_000), 1)])
    database.close()
  })

  it('[E-44] forgets nobody of ours, however many strangers come, and however many of ours there are', () => {
    const database = openDatabase(':memory:', [ADDRESS_BOOK_SCHEMA])
    const clock = manualClock()
    const devices = (name: string, count: number): PeerId[] =>
      Array.from({ length: count }, (_, number) => `${name} ${number}` as PeerId)
    const ours = new Set(devices('member', KEPT_STRANGERS + 100))
    const book = createAddressBook({ database, clock, logger: silentLogger, ours: () => ours })
    const rows = (): Set<unknown> =>
      new Set(
        database
          .prepare('SELECT device FROM addresses')
          .all()
          .map(({ device }) => device)
      )
    const come = (list: Iterable<PeerId>, since: number): void => {
      for (const device of list) book.set(device, [at(device, 1)], since++)
      book.flush()
    }
    const early = devices('early', 200)
    come(early, 1)
    come(ours, 1_000)
    expect(rows().isSupersetOf(new Set(early))).toBe(true)
    const strangers = devices('stranger', 2 * KEPT_STRANGERS)
    come(strangers, 1e6)
    const left = rows()
    expect(left.isSupersetOf(ours)).toBe(true)
    expect(left.size).toBeLessThanOrEqual(ours.size + KEPT_STRANGERS)
    expect(left.isSupersetOf(new Set(strangers.slice(-KEPT_STRANGERS / 2)))).toBe(true)
    expect(left.isDisjointFrom(new Set(early))).toBe(true)
    ours.clear()
    come(devices('new', 300), 1e9)
    expect(rows().size).toBeLessThanOrEqual(KEPT_STRANGERS)
    database.close()
  })

  it('[E-4] [E-6] writes what many say in few commits, within a second', async () => {
    const database = openDatabase(':memory:', [ADDRESS_BOOK_SCHEMA])
    const commits = vi.spyOn(database, 'transaction')
    const rows = (): number => Number(database.prepare('SELECT count(*) AS n FROM addresses').get()?.n)
    const clock = manualClock()
    const book = createAddressBook({ database, clock, logger: silentLogger })
    const stranger = (number: number): PeerId => `stranger ${number}` as PeerId
    for (let number = 0; number < 1_000; number++) book.set(stranger(number), [at(stranger(number), 1)], number)
    await clock.advance(1_000)
    expect(rows()).toBe(1_000)
    expect(commits.mock.calls.length).toBeLessThanOrEqual(4)
    database.close()
  })

  it('[E-4] writes at once what those say of themselves with whom it shares something, and what a card says', () => {
    const database = openDatabase(':memory:', [ADDRESS_BOOK_SCHEMA])
    const [friend, stranger, carded] = ['friend', 'stranger', 'carded'] as PeerId[] as [PeerId, PeerId, PeerId]
    const isOurs = (device: PeerId): boolean => device === friend
    const book = createAddressBook({ database, clock: manualClock(), logger: silentLogger, isOurs })
    const onDisk = (): string[] =>
      [friend, stranger, carded].filter(device => openBook(database).get(device).length > 0)
    book.set(stranger, [at(stranger, 1)], 1)
    book.add(friend, [at(friend, 2)], 1, stranger)
    expect(onDisk()).toEqual([])
    book.set(friend, [at(friend, 2)], 2)
    expect(onDisk()).toEqual([friend, stranger])
    book.add(carded, [at(carded, 3)], 3)
    expect(onDisk()).toEqual([friend, stranger, carded])
    database.close()
  })

  it('[E-45] does not commit each word of the link, nor has it push out what members say', async () => {
    const database = openDatabase(':memory:', [ADDRESS_BOOK_SCHEMA])
    const commits = vi.spyOn(database, 'transaction')
    const clock = manualClock()
    const [device, ben] = ['ada', 'ben'] as [PeerId, PeerId]
    const book = createAddressBook({ database, clock, logger: silentLogger, isOurs: () => true })
    book.add(device, [at(device, 'said')], 1, ben)
    for (let lie = 0; lie < 1_000; lie++) book.add(device, [at(device, lie)], 2, LINK)
    await clock.advance(1_000)
    expect(commits).toHaveBeenCalledTimes(1)
    expect(book.get(device)).toContain(at(device, 'said'))
    expect(book.get(device)).toContain(at(device, 999))
    database.close()
  })

  it("[E-46] does not give for an hour where somebody else answered; others' word of it is forgotten", async () => {
    const database = openDatabase(':memory:', [ADDRESS_BOOK_SCHEMA])
    const clock = manualClock()
    const [device, ben] = ['ada', 'ben'] as [PeerId, PeerId]
    const [own, other, heard] = [at(device, 'own'), at(device, 'other'), at(device, 'heard')]
    const book = createAddressBook({ database, clock, logger: silentLogger })
    book.set(device, [own, other], 1)
    book.add(device, [heard], 2, ben)
    book.ruleOut(device, at(device, 'unknown'))
    book.ruleOut(device, own)
    book.ruleOut(device, heard)
    expect(book.get(device)).toEqual([other])
    for (const word of ['a card', 'a member', 'the device'] as const) {
      if (word === 'a card') book.add(device, [heard], 3)
      else if (word === 'a member') book.add(device, [heard], 3, ben)
      else book.set(device, [own, other], 3)
      expect(book.get(device), word).toEqual([other])
    }
    await clock.advance(SOMEBODY_ELSE_MS)
    expect(book.get(device)).toEqual([own, other])
    book.add(device, [heard], 4, ben)
    expect(book.get(device)).toEqual([own, other, heard])
    expect(openBook(database).get(device)).toEqual([own, other])
    database.close()
  })

  it('[E-46] remembers so many such addresses, the latest', () => {
    const database = openDatabase(':memory:', [ADDRESS_BOOK_SCHEMA])
    const book = openBook(database)
    const phantoms = Array.from({ length: 5_000 }, (_, index) => `phantom ${index}` as PeerId)
    for (const phantom of phantoms) {
      book.set(phantom, [at(phantom, 1)], 1)
      book.ruleOut(phantom, at(phantom, 1))
    }
    expect(book.get(phantoms.at(-4_096)!)).toEqual([])
    expect(book.get(phantoms.at(-4_097)!)).not.toEqual([])
    database.close()
  })

  it('[E-5] does not wait for a dial under way when it learns another address', async () => {
    const { clock, settle } = setUp()
    const [ada, ben] = [await settle('Ada'), await settle('Ben')]
    const swallowing = '/memory/nobody'
    const dialled: string[][] = []
    const network: Network = {
      ...bound(ada.network),
      dial(addresses, { signal } = {}) {
        dialled.push(addresses)
        if (!addresses.includes(swallowing)) return ada.network.dial(addresses, { signal })
        return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)))
      }
    }
    let known = [swallowing]
    const redialing = startRedialing({
      network,
      clock,
      logger: silentLogger,
      wanted: () => [ben.identity.device],
      addresses: () => known
    })
    stops.push(() => redialing.stop())
    await clock.advance(500)
    known = ben.network.addresses()
    redialing.now(ben.identity.device)
    await clock.advance(10)
    expect(dialled).toEqual([[swallowing], known])
    expect(ada.network.connections()).toHaveLength(1)
  })

  it('[E-42] lets nobody end every dial by naming new addresses, nor have it dial all the time', async () => {
    const { clock, settle } = setUp()
    const [ada, ben] = [await settle('Ada'), await settle('Ben')]
    let dials = 0
    let isThere = false
    const network: Network = {
      ...bound(ada.network),
      async dial(addresses, { signal } = {}) {
        dials++
        await new Promise<void>((resolve, reject) => {
          clock.after(300, resolve)
          signal?.addEventListener('abort', () => reject(signal.reason as Error))
        })
        if (!isThere) throw new Error('nobody there')
        return ada.network.dial(addresses, { signal })
      }
    }
    const redialing = startRedialing({
      network,
      clock,
      logger: silentLogger,
      wanted: () => [ben.identity.device],
      addresses: () => ben.network.addresses()
    })
    stops.push(() => redialing.stop())
    const liesFor = async (ms: number): Promise<void> => {
      for (let at = 0; at < ms; at += 100) {
        redialing.now(ben.identity.device)
        await clock.advance(100)
      }
    }
    await liesFor(60_000)
    expect(dials).toBeLessThan(40)
    isThere = true
    await liesFor(60_000)
    expect(ada.network.connections()).toHaveLength(1)
  })

  it('[E-5] dials who is connected by silent connections only', async () => {
    const { clock, settle } = setUp()
    const [ada, ben] = [await settle('Ada'), await settle('Ben')]
    await ada.network.dial(ben.network.addresses())
    let isSilent = false
    const dial = vi.fn(async () => ben.identity.device)
    const network: Network = {
      ...bound(ada.network),
      connections: () => ada.network.connections().map(connection => ({ ...connection, isSilent })),
      dial
    }
    const redialing = startRedialing({
      network,
      clock,
      logger: silentLogger,
      wanted: () => [ben.identity.device],
      addresses: () => ben.network.addresses()
    })
    stops.push(() => redialing.stop())
    await clock.advance(1_000)
    expect(dial).not.toHaveBeenCalled()
    isSilent = true
    await clock.advance(500)
    expect(dial).toHaveBeenCalledOnce()
  })

  it('[E-5] dials wanted devices again with a growing wait, and at once when told to', async () => {
    const { clock, settle, world } = setUp()
    const [ada, ben] = [await settle('Ada'), await settle('Ben')]
    const device = ben.identity.device
    let dials = 0
    const counting: Network = { ...bound(ada.network), dial: (...args) => (dials++, ada.network.dial(...args)) }
    world.partition(ada.identity.device, device)
    const redialing = startRedialing({
      network: counting,
      clock,
      logger: silentLogger,
      wanted: (): PeerId[] => [device, ada.identity.device],
      addresses: () => ben.network.addresses(),
      random: () => 0
    })
    stops.push(() => redialing.stop())
    await clock.advance(16_000)
    expect(dials).toBeGreaterThanOrEqual(4)
    expect(dials).toBeLessThanOrEqual(6)
    world.heal(ada.identity.device, device)
    redialing.now(device)
    await clock.advance(10)
    expect(ada.network.connections()).toHaveLength(1)
    const soFar = dials
    await clock.advance(10_000)
    expect(dials).toBe(soFar)
    await ada.network.hangUp(device)
    await clock.advance(1_000)
    expect(ada.network.connections()).toHaveLength(1)
  })
})

/** The network's methods as plain functions, so that one can be replaced. */
function bound(network: Network): Network {
  return {
    ...network,
    peer: network.peer,
    start: () => network.start(),
    stop: () => network.stop(),
    addresses: () => network.addresses(),
    connections: () => network.connections(),
    onPeer: listener => network.onPeer(listener),
    onDiscovered: listener => network.onDiscovered(listener),
    onSomebodyElse: listener => network.onSomebodyElse(listener),
    hangUp: peer => network.hangUp(peer),
    isRelaying: peer => network.isRelaying(peer),
    deny: (peer, ms, cause) => network.deny(peer, ms, cause),
    denials: network.denials,
    blame: (peer, reason) => network.blame(peer, reason),
    onAddresses: listener => network.onAddresses(listener),
    handle: (protocol, handler) => network.handle(protocol, handler),
    open: (peer, protocol, options) => network.open(peer, protocol, options),
    subscribe: (topic, receive) => network.subscribe(topic, receive),
    publish: (topic, message) => network.publish(topic, message)
  }
}
