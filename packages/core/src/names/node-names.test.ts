import { afterEach, describe, expect, it } from 'vitest'
import { identityOf } from '../identity/identity.ts'
import { makeSecrets } from '../identity/secrets.ts'
import { silentLogger } from '../logger.ts'
import { createLog } from '../log/log.ts'
import { CORE_MIGRATIONS } from '../schema.ts'
import { openDatabase } from '../store/sqlite.ts'
import type { Database } from '../store/store.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { memberList } from '../testing/member-list.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import type { MemoryNetworkOptions } from '../testing/memory-network.ts'
import { createStreams } from '../transport/streams.ts'
import { nameKey } from './global-names.ts'
import { createNames } from './node-names.ts'
import type { NodeNames } from './node-names.ts'
import type { NameRecord, ResolveOptions, SearchEnd } from './names.ts'
import { NAMES } from './protocol.ts'
import { signName } from './record.ts'

const HOUR_MS = 3_600_000
const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

const seed = (text: string): Uint8Array => new Uint8Array(Buffer.alloc(32, text))

function setUp(options: Omit<MemoryNetworkOptions, 'clock'> = {}) {
  const clock = manualClock()
  const world = memoryNetwork({ ...options, clock })
  /** A device of a person, with names and the little that these need. `database`: of an earlier life. */
  const settle = async (person: string, device = person, database: Database | undefined = undefined) => {
    const secrets = makeSecrets({
      accountSeed: seed(`account ${person}`),
      deviceSeed: seed(`device ${device}`),
      boxSecret: seed(`box ${device}`),
      label: device,
      now: 0
    })
    const identity = identityOf(secrets, person, () => Promise.resolve())
    const network = world.node(identity.device)
    const logger = silentLogger
    const streams = createStreams({ network, clock, logger, isMember: () => false })
    const disk = database ?? openDatabase(':memory:', CORE_MIGRATIONS)
    const members = memberList(identity.device)
    const addresses = { addressesOf: () => [], onAddresses: () => undefined, onChange: () => () => undefined }
    const log = createLog({ identity, database: disk, members, network, streams, addresses, clock, logger })
    const names = createNames({ identity, database: disk, network, streams, log, members, clock, logger })
    await network.start()
    const stop = async (): Promise<void> => {
      names.stop()
      await log.stop()
      streams.close()
      await network.stop()
    }
    stops.push(stop)
    return { identity, network, streams, names, disk, stop }
  }
  /** Lets time pass until the promise settles. */
  const run = async <T>(promise: Promise<T>): Promise<T> => {
    let isSettled = false
    const settled = promise.finally(() => (isSettled = true))
    settled.catch(() => undefined)
    while (!isSettled) await clock.advance(10)
    return await settled
  }
  /** How a search ended. */
  const endOf = async (names: NodeNames, name: string, options?: ResolveOptions): Promise<SearchEnd> => {
    const search = async (): Promise<SearchEnd> => {
      const records = names.resolve(name, options)
      for (;;) {
        const { done, value } = await records.next()
        if (done) return value
      }
    }
    return await run(search())
  }
  type Device = Awaited<ReturnType<typeof settle>>
  const connect = async (a: Device, b: Device): Promise<void> => {
    await run(a.network.dial(b.network.addresses()))
  }
  const found = async (names: NodeNames, name: string, options?: ResolveOptions): Promise<NameRecord[]> => {
    const records: NameRecord[] = []
    const search = async (): Promise<void> => {
      for await (const record of names.resolve(name, options)) records.push(record)
    }
    await run(search())
    return records
  }
  return { clock, world, settle, connect, found, endOf }
}

describe('names of a node', () => {
  it('[M-3] on the link are found by who is connected there, as long as the device is there', async () => {
    const { settle, connect, found } = setUp()
    const [ada, ben, cleo] = [await settle('Ada'), await settle('Ben'), await settle('Cleo')]
    await connect(ada, ben)
    await connect(ben, cleo)
    const data = Uint8Array.of(1, 2, 3)
    const { name } = await ada.names.register('printer', { scope: 'link', comment: 'second floor', data })
    expect(await found(ben.names, name)).toMatchObject([
      {
        name,
        scope: 'link',
        device: ada.identity.device,
        comment: 'second floor',
        data,
        addresses: ada.network.addresses()
      }
    ])
    expect(await found(ben.names, name, { scope: 'global' })).toEqual([])
    expect(await found(cleo.names, name)).toEqual([])
    await ada.stop()
    const dora = await settle('Dora')
    await connect(dora, ben)
    expect(await found(dora.names, name)).toEqual([])
  })

  it('[M-5] for everybody are found through nodes between, and when the device has gone, until they expire', async () => {
    const { clock, settle, connect, found } = setUp()
    const [ada, ben, cleo, dora] = [
      await settle('Ada'),
      await settle('Ben'),
      await settle('Cleo'),
      await settle('Dora')
    ]
    await connect(ada, ben)
    await connect(ben, cleo)
    await connect(cleo, dora)
    const { name } = await ada.names.register('chess', { scope: 'global', lifetimeMs: HOUR_MS })
    await clock.advance(100)
    expect(ada.names.registered()).toMatchObject([{ name, scope: 'global', holders: 3 }])
    expect(await found(dora.names, name)).toMatchObject([{ name, scope: 'global', device: ada.identity.device }])
    expect(await found(dora.names, name, { scope: 'link' })).toEqual([])
    await ada.stop()
    await clock.advance(HOUR_MS / 2)
    expect(await found(cleo.names, name)).toHaveLength(1)
    await clock.advance(HOUR_MS / 2)
    expect(await found(dora.names, name)).toEqual([])
  })

  it('[M-6] change and are withdrawn, and what they said before does not come back', async () => {
    const { clock, settle, connect, found } = setUp()
    const [ada, ben, cleo] = [await settle('Ada'), await settle('Ben'), await settle('Cleo')]
    await connect(ada, ben)
    const { name } = await ada.names.register('chess', { scope: 'global', comment: 'one' })
    await clock.advance(100)
    const [old] = await found(ben.names, name)
    await ada.names.update('chess', { scope: 'global', comment: 'two' })
    expect(ada.names.registered()).toMatchObject([{ comment: 'two' }])
    await clock.advance(60_000)
    const [present] = await found(ben.names, name)
    expect(present).toMatchObject({ comment: 'two' })
    expect(present!.sequence).toBeGreaterThan(old!.sequence)
    await ada.names.withdraw('chess', { scope: 'global' })
    expect(ada.names.registered()).toEqual([])
    await clock.advance(60_000)
    // A node that was away still has the old record, and puts it back.
    await connect(cleo, ben)
    const { label, sequence, addresses, comment, data, issuedAt, expiresAt } = old!
    const said = { label, sequence, addresses, comment, data, issuedAt, expiresAt }
    const { bytes, record } = signName(ada.identity, { ...said, place: 'global', withdrawn: false })
    await cleo.network.dht.put('borgo-name', nameKey(record), bytes)
    expect(await found(ben.names, name)).toEqual([])
    expect(ada.disk.prepare('SELECT label FROM name_registration').all()).toHaveLength(1)
    await clock.advance(25 * HOUR_MS)
    expect(ada.disk.prepare('SELECT label FROM name_registration').all()).toEqual([])
    await expect(ada.names.withdraw('chess', { scope: 'global' })).rejects.toMatchObject({ code: 'NAME_UNKNOWN' })
    await expect(ada.names.update('chess', { scope: 'global' })).rejects.toMatchObject({ code: 'NAME_UNKNOWN' })
  })

  it('[M-7] are announced again before they expire, to whoever comes, and after a restart', async () => {
    const { clock, settle, connect, found } = setUp()
    const ada = await settle('Ada')
    const { name } = await ada.names.register('chess', { scope: 'global', lifetimeMs: HOUR_MS })
    await clock.advance(1_000)
    expect(ada.names.registered()).toMatchObject([{ holders: 0 }])
    const ben = await settle('Ben')
    await connect(ada, ben)
    await clock.advance(10_000)
    expect(ada.names.registered()).toMatchObject([{ holders: 1 }])
    for (let hours = 0; hours < 5; hours++) {
      await clock.advance(HOUR_MS)
      expect(await found(ben.names, name)).toHaveLength(1)
    }
    await ada.stop()
    await clock.advance(2 * HOUR_MS)
    expect(await found(ben.names, name)).toEqual([])
    const again = await settle('Ada', 'Ada', ada.disk)
    expect(again.names.registered()).toMatchObject([{ name, lifetimeMs: HOUR_MS }])
    await connect(again, ben)
    await clock.advance(10_000)
    expect(await found(ben.names, name)).toHaveLength(1)
  })

  it('[M-8] may be those of several devices of a person: all are found, the nearest first', async () => {
    const { clock, settle, connect, found } = setUp()
    const [desk, phone, ben] = [await settle('Ada', 'desk'), await settle('Ada', 'phone'), await settle('Ben')]
    await connect(desk, ben)
    await connect(phone, desk)
    const { name } = await desk.names.register('photos', { scope: 'global', comment: 'desk' })
    await phone.names.register('photos', { scope: 'global', comment: 'phone' })
    await clock.advance(100)
    const comments = (records: NameRecord[]): string[] => records.map(({ comment }) => comment)
    expect(comments(await found(ben.names, name)).sort()).toEqual(['desk', 'phone'])
    expect(comments(await found(phone.names, name, { nearest: true }))).toEqual(['phone', 'desk'])
    expect(comments(await found(phone.names, name, { excludeSelf: true }))).toEqual(['desk'])
    expect(comments(await found(phone.names, name, { nearest: true, limit: 1 }))).toEqual(['phone'])
    // Ben is connected to the desk alone, and stays so when told not to dial.
    expect(await found(ben.names, name, { nearest: true, mayDial: false })).toMatchObject([
      { comment: 'desk', rttMs: expect.any(Number) },
      { comment: 'phone' }
    ])
    expect(ben.network.connections()).toHaveLength(1)
    // The phone has gone: it cannot be reached, and comes last.
    await phone.stop()
    await clock.advance(60_000)
    expect(comments(await found(ben.names, name, { nearest: true }))).toEqual(['desk', 'phone'])
  })

  it('[M-9] come one by one, and end at the limit, when the time is over, and on abort', async () => {
    const { clock, settle, connect, found } = setUp({ latencyMs: 200 })
    const [desk, phone, ben] = [await settle('Ada', 'desk'), await settle('Ada', 'phone'), await settle('Ben')]
    await connect(desk, ben)
    await connect(phone, ben)
    const { name } = await desk.names.register('photos', { scope: 'link' })
    await phone.names.register('photos', { scope: 'link' })
    await clock.advance(10_000)
    expect(await found(ben.names, name, { scope: 'link', limit: 1 })).toHaveLength(1)
    const begin = clock.now()
    expect(await found(ben.names, name, { scope: 'link', timeoutMs: 500 })).toEqual([])
    expect(clock.now() - begin).toBeLessThan(600)
    expect(await found(ben.names, name, { scope: 'link', timeoutMs: 500, nearest: true })).toEqual([])
    const controller = new AbortController()
    const reason = new Error('changed my mind')
    const searching = found(ben.names, name, { signal: controller.signal })
    controller.abort(reason)
    await expect(searching).rejects.toBe(reason)
    for (const wrong of [{ limit: 0 }, { limit: 1.5 }, { timeoutMs: 0 }, { timeoutMs: 600_001 }])
      await expect(found(ben.names, name, wrong)).rejects.toThrow(TypeError)
    await expect(found(ben.names, 'nonsense')).rejects.toMatchObject({ code: 'BAD_PEER_NAME' })
  })

  it('[M-10] are not asked for again within 30 seconds, nor within 5 when there were none', async () => {
    const { clock, settle, connect, found } = setUp()
    const [ada, ben] = [await settle('Ada'), await settle('Ben')]
    await connect(ada, ben)
    const { name } = await ada.names.register('chess', { scope: 'link', comment: 'one' })
    expect(await found(ben.names, name)).toMatchObject([{ comment: 'one' }])
    await ada.names.update('chess', { scope: 'link', comment: 'two' })
    await clock.advance(20_000)
    expect(await found(ben.names, name)).toMatchObject([{ comment: 'one' }])
    await clock.advance(10_000)
    expect(await found(ben.names, name)).toMatchObject([{ comment: 'two' }])
    expect(await found(ben.names, `${ada.identity.account}/go`)).toEqual([])
    await ada.names.register('go', { scope: 'link' })
    expect(await found(ben.names, `${ada.identity.account}/go`)).toEqual([])
    await clock.advance(5_000)
    expect(await found(ben.names, `${ada.identity.account}/go`)).toHaveLength(1)
  })

  it('[M-11] have bounds: what is too much is refused and changes nothing', async () => {
    const { settle } = setUp()
    const { names } = await settle('Ada')
    const bad: [Parameters<NodeNames['register']>, unknown][] = [
      [['a/b', { scope: 'link' }], { code: 'BAD_PEER_NAME' }],
      [['a', { scope: 'link', data: new Uint8Array(16_385) }], { code: 'TOO_LARGE' }],
      [['a', { scope: 'link', comment: 'x'.repeat(257) }], { code: 'TOO_LARGE' }],
      [['a', { scope: 'link', addresses: Array.from({ length: 17 }, String) }], { code: 'TOO_LARGE' }],
      [['a', { scope: 'group' }], expect.any(TypeError)],
      [['a', { scope: 'link', lifetimeMs: 59_999 }], expect.any(TypeError)],
      [['a', { scope: 'global', lifetimeMs: 49 * HOUR_MS }], expect.any(TypeError)]
    ]
    for (const [args, error] of bad) {
      const refusal: unknown = await names.register(...args).catch((reason: unknown) => reason)
      if (error instanceof Object && 'code' in error) expect(refusal).toMatchObject(error)
      else expect(refusal).toEqual(error)
    }
    expect(names.registered()).toEqual([])
    for (let number = 0; number < 256; number++) await names.register(`name ${number}`, { scope: 'link' })
    await expect(names.register('one more', { scope: 'link' })).rejects.toMatchObject({ code: 'TOO_MANY_NAMES' })
    await names.register('name 7', { scope: 'link', comment: 'changed' })
    await names.withdraw('name 7', { scope: 'link' })
    await names.register('one more', { scope: 'link', data: new Uint8Array(16_384) })
  })

  it('[M-12] cut off who answers with what it did not sign, or asks what is no question', async () => {
    const { clock, settle, connect, found } = setUp()
    const [ada, ben, mallory] = [await settle('Ada'), await settle('Ben'), await settle('Mallory')]
    await connect(mallory, ben)
    mallory.names.stop()
    const fields = { label: 'chess', sequence: 1, addresses: [], comment: '', data: new Uint8Array(), withdrawn: false }
    const times = { issuedAt: clock.now(), expiresAt: clock.now() + HOUR_MS }
    const { bytes } = signName(ada.identity, { ...fields, ...times, place: 'global' })
    mallory.streams.handle(NAMES, async stream => {
      await stream.receive()
      await stream.send(bytes)
    })
    for (let round = 0; round < 10; round++) {
      expect(await found(ben.names, `${ada.identity.account}/chess`, { scope: 'link' })).toEqual([])
      await clock.advance(5_000)
    }
    expect(ben.network.connections()).toEqual([])

    await connect(mallory, ada)
    for (let round = 0; round < 10; round++) {
      const stream = await mallory.streams.open(ada.identity.device, NAMES)
      await stream.send(Uint8Array.of(0xff, round))
      await clock.advance(10)
    }
    expect(ada.network.connections()).toEqual([])
  })
})

it('[M-2] a device that the account did not certify puts nothing under its names', async () => {
  const { settle, connect, found, clock } = setUp()
  const [ada, ben, mallory] = [await settle('Ada'), await settle('Ben'), await settle('Mallory')]
  await connect(mallory, ben)
  const times = { issuedAt: clock.now(), expiresAt: clock.now() + HOUR_MS }
  const said = { label: 'chess', sequence: 1, addresses: [], comment: '', data: new Uint8Array(), withdrawn: false }
  const { bytes } = signName(mallory.identity, { ...said, ...times, place: 'global' })
  const key = nameKey({ account: ada.identity.account, label: 'chess' })
  await expect(mallory.network.dht.put('borgo-name', key, bytes)).rejects.toMatchObject({ code: 'BAD_RECORD' })
  expect(await found(ben.names, `${ada.identity.account}/chess`)).toEqual([])
})

it('[M-13] a search says how it ended, and measures distances within its time', async () => {
  const { settle, connect, found, endOf, clock } = setUp()
  const [desk, phone, ben] = [await settle('Ada', 'desk'), await settle('Ada', 'phone'), await settle('Ben')]
  await connect(desk, ben)
  await connect(phone, desk)
  expect(ben.names.directory().lan).toEqual({ mode: 'server', peers: 2 })
  const { name } = await desk.names.register('photos', { scope: 'global', comment: 'desk' })
  await phone.names.register('photos', { scope: 'global', comment: 'phone' })
  await clock.advance(100)
  expect(await endOf(ben.names, name)).toBe('all')
  expect(await endOf(ben.names, name, { limit: 1 })).toBe('limit')
  expect(await endOf(ben.names, `${ben.identity.account}/nothing`)).toBe('all')
  // The phone is there, but does not answer.
  phone.names.stop()
  phone.streams.handle(NAMES, () => new Promise(() => undefined))
  const begin = clock.now()
  const options = { scope: 'global', nearest: true, timeoutMs: 2_000 } as const
  const records = await found(ben.names, name, options)
  expect(clock.now() - begin).toBeLessThan(2_100)
  expect(records.map(({ comment, rttMs }) => [comment, rttMs === undefined])).toEqual([
    ['desk', false],
    ['phone', true]
  ])
  await ben.network.hangUp(phone.identity.device)
  expect(await endOf(ben.names, name, options)).toBe('time')
})

it('[M-6] a withdrawal that is found later in a search takes back what was found before', async () => {
  const { settle, connect, found, clock } = setUp()
  const [ada, ben, cleo] = [await settle('Ada'), await settle('Ben'), await settle('Cleo')]
  await connect(ada, ben)
  const { name } = await ada.names.register('chess', { scope: 'global' })
  await clock.advance(100)
  await ben.network.hangUp(ada.identity.device)
  await connect(ada, cleo)
  await ada.names.withdraw('chess', { scope: 'global' })
  await clock.advance(100)
  await connect(ben, cleo)
  expect(await found(ben.names, name, { nearest: true })).toEqual([])
})

it('[M-14] addresses are multiaddrs, and those that lead to others are not dialled', async () => {
  const { settle, connect, found, clock } = setUp()
  const [ada, ben, cleo] = [await settle('Ada'), await settle('Ben'), await settle('Cleo')]
  const addresses = ['village square']
  await expect(ada.names.register('shop', { scope: 'link', addresses })).rejects.toMatchObject({ code: 'BAD_ADDRESS' })
  await connect(ada, ben)
  await connect(ben, cleo)
  const dora = await settle('Dora')
  const { name } = await ada.names.register('shop', { scope: 'global', addresses: dora.network.addresses() })
  await clock.advance(100)
  expect(await found(cleo.names, name, { nearest: true })).toMatchObject([{ addresses: dora.network.addresses() }])
  expect(dora.network.connections()).toEqual([])
})

it('[M-15] what a device says itself on the link counts, however wrong its clock is', async () => {
  const { settle, connect, found, clock } = setUp()
  const [ada, ben] = [await settle('Ada'), await settle('Ben')]
  await connect(ada, ben)
  ada.names.stop()
  const times = { issuedAt: clock.now() - 1_000 * HOUR_MS, expiresAt: clock.now() - 999 * HOUR_MS }
  const said = { label: 'chess', sequence: 1, addresses: [], comment: '', data: new Uint8Array(), withdrawn: false }
  const { bytes, record } = signName(ada.identity, { ...said, ...times, place: 'link' })
  ada.streams.handle(NAMES, async stream => {
    await stream.receive()
    await stream.send(bytes)
  })
  expect(await found(ben.names, record.name)).toMatchObject([{ scope: 'link' }])
  expect(await found(ben.names, record.name)).toHaveLength(1)
})
