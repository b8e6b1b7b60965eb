import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { issueCertificate } from '../../../identity/certificate.ts'
import type { Certificate } from '../../../identity/certificate.ts'
import { signingKey } from '../../../identity/ed25519.ts'
import type { Identity } from '../../../identity/identity.ts'
import { silentLogger } from '../../../logger.ts'
import { createDirectory } from '../../../peers/directory.ts'
import { createAddressBook } from '../../../peers/address-book.ts'
import { CORE_MIGRATIONS } from '../../../schema.ts'
import { openDatabase } from '../../../store/sqlite.ts'
import type { Stream } from '../../../stream.ts'
import { memoryIdentity } from '../../../testing/identity.ts'
import { manualClock } from '../../../testing/manual-clock.ts'
import type { ManualClock } from '../../../testing/manual-clock.ts'
import { groupId } from '../../../testing/member-list.ts'
import { memoryNetwork } from '../../../testing/memory-network.ts'
import type { MemoryNetwork } from '../../../testing/memory-network.ts'
import { seededRandom } from '../../../testing/random.ts'
import { hasCode } from '../../../errors.ts'
import { createStreams } from '../../../transport/streams.ts'
import type { Streams } from '../../../transport/streams.ts'
import { createComparison } from './comparison.ts'
import { LINK_SECRET_BYTES, deviceCode, encodeDeviceLink, readDeviceLink } from './device-link.ts'
import { giveAccount } from './giver.ts'
import { askForAccount } from './joiner.ts'
import { createLinking } from './linking.ts'
import type { Linking, LinkState } from './linking.ts'
import { LINK, decodeGivenAccount, decodeLinkMessage, encodeGivenAccount, encodeLinkMessage } from './protocol.ts'
import type { GivenAccount, LinkMessage } from './protocol.ts'
import { commitmentTo, proofOf } from './transcript.ts'

let clock: ManualClock
let net: MemoryNetwork
const stops: (() => unknown)[] = []
/** What some node found worth a look. */
const warnings: string[] = []
beforeEach(() => {
  clock = manualClock()
  net = memoryNetwork({ clock })
  warnings.length = 0
})
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

interface Side {
  identity: Identity
  streams: Streams
  linking: Linking
  dial(other: Side): Promise<unknown>
  /** What was given to it. */
  adopted: (GivenAccount & { name: string; label: string })[]
  admitted: Certificate[]
  address: string
}

const given = ({ accountSeed }: Identity): GivenAccount => ({
  accountSeed,
  home: { group: groupId('home'), name: 'Home', peers: new Map() }
})

/** The certificate of a device that came to an account. */
function certified(
  { certificate: { box }, deviceKey }: Identity,
  { accountSeed, label }: { accountSeed: Uint8Array; label: string }
): Certificate {
  return issueCertificate({ account: signingKey(accountSeed), device: deviceKey }, { box, label, issuedAt: 1 })
}

async function settle(
  seed: string,
  { isFresh = true, adopting = (): Promise<void> => Promise.resolve() } = {}
): Promise<Side> {
  const identity = memoryIdentity(seed)
  const network = net.node(identity.device)
  await network.start()
  const logger = { ...silentLogger, warn: (text: string) => void warnings.push(text) }
  const streams = createStreams({ network, clock, logger, isMember: () => false })
  const database = openDatabase(':memory:', CORE_MIGRATIONS)
  const self = { certificate: identity.certificate.bytes, name: seed }
  const book = createAddressBook({ database, clock, logger })
  const peers = createDirectory({ network, streams, self: () => self, book, clock, logger })
  const adopted: Side['adopted'] = []
  const admitted: Certificate[] = []
  const linking = createLinking({
    identity,
    network,
    streams,
    peers,
    isFresh: () => isFresh,
    give: () => given(identity),
    admit: certificate => void admitted.push(certificate),
    async adopt(account) {
      await adopting()
      adopted.push(account)
      return certified(identity, account)
    },
    clock,
    logger
  })
  stops.push(
    () => database.close(),
    () => network.stop(),
    () => streams.close(),
    () => book.stop(),
    () => peers.stop(),
    () => linking.stop()
  )
  const dial = (other: Side): Promise<unknown> => network.dial([other.address])
  return { identity, streams, linking, dial, adopted, admitted, address: network.addresses()[0] ?? '' }
}

async function until(isSo: () => boolean): Promise<void> {
  for (let step = 0; !isSo(); step++) {
    if (step > 5_000) throw new Error(`not so: ${isSo}`)
    await clock.advance(10)
    await setImmediate()
  }
}
async function run<T>(promise: Promise<T>): Promise<T> {
  let isOver = false
  promise.then(
    () => (isOver = true),
    () => (isOver = true)
  )
  await until(() => isOver)
  return await promise
}
const phase = ({ linking }: Side): LinkState['phase'] => linking.state.phase
const words = ({ linking: { state } }: Side): readonly string[] => (state.phase === 'comparing' ? state.words : [])
const failure = ({ linking: { state } }: Side): string => (state.phase === 'failed' ? state.code : state.phase)

describe('linking a device', () => {
  it('[I-17] shows the same words on both sides, and passes the account on when both agree', async () => {
    const [laptop, phone] = [await settle('ada'), await settle('phone')]
    const { link } = laptop.linking.offer()
    await run(phone.linking.open(link, { label: 'Telephone' }))
    await until(() => phase(laptop) === 'comparing')
    expect(words(laptop)).toHaveLength(3)
    expect(words(phone)).toEqual(words(laptop))
    expect(laptop.linking.state).toMatchObject({ role: 'giver', other: 'Telephone', isAgreed: false })
    expect(phone.linking.state).toMatchObject({ role: 'joiner', other: 'ada' })
    phone.linking.confirm()
    await clock.advance(1_000)
    expect([laptop.admitted, phone.adopted]).toEqual([[], []])
    laptop.linking.confirm()
    await until(() => phase(phone) === 'linked' && phase(laptop) === 'linked')
    const { account, accountSeed } = laptop.identity
    expect(phone.adopted).toMatchObject([{ accountSeed, name: 'ada', label: 'Telephone' }])
    const { box } = phone.identity.certificate
    expect(laptop.admitted).toMatchObject([{ account, device: phone.identity.device, box, label: 'Telephone' }])
  })

  it('[I-17] works by a code between nodes that are connected, whoever else is', async () => {
    const [laptop, phone, other] = [await settle('ada'), await settle('phone'), await settle('eve')]
    await run(Promise.all([phone.dial(other), phone.dial(laptop)]))
    const { code } = laptop.linking.offer()
    await expect(run(phone.linking.open('0000-0000-0000-0000'))).rejects.toMatchObject({ code: 'BAD_DEVICE_LINK' })
    await run(phone.linking.open(code.toLowerCase().replaceAll('-', ' ')))
    await until(() => phase(laptop) === 'comparing')
    expect(words(phone)).toEqual(words(laptop))
    expect(phase(other)).toBe('none')
  })

  it('[I-18] ends with a typed error on both sides when one of them ends it or sees other words', async () => {
    for (const [wordsDiffer, code] of [
      [true, 'WORDS_DIFFER'],
      [false, 'LINKING_CANCELLED']
    ] as const)
      for (const role of ['giver', 'joiner'] as const) {
        const [laptop, phone] = [await settle(`ada ${code} ${role}`), await settle(`phone ${code} ${role}`)]
        await run(phone.linking.open(laptop.linking.offer().link))
        await until(() => phase(laptop) === 'comparing')
        const [ending, agreeing] = role === 'giver' ? [laptop, phone] : [phone, laptop]
        agreeing.linking.confirm()
        ending.linking.cancel({ wordsDiffer })
        await until(() => phase(laptop) === 'failed' && phase(phone) === 'failed')
        expect([failure(laptop), failure(phone)]).toEqual([code, code])
        expect([laptop.admitted, phone.adopted]).toEqual([[], []])
      }
    // A stream that is reset right away may overtake the reason.
    expect(warnings).toEqual([])
  })

  it('[I-18] tells the other side when its node stops', async () => {
    for (const role of ['giver', 'joiner'] as const) {
      const [laptop, phone] = [await settle(`ada ${role}`), await settle(`phone ${role}`)]
      await run(phone.linking.open(laptop.linking.offer().link))
      await until(() => phase(laptop) === 'comparing')
      const [stopping, other] = role === 'giver' ? [laptop, phone] : [phone, laptop]
      await run(stopping.linking.stop())
      await until(() => phase(other) === 'failed')
      expect(failure(other)).toBe('LINKING_CANCELLED')
    }
  })

  it('[I-18] stops all the same when the other side does not listen', async () => {
    const [laptop, phone] = [await settle('ada'), await settle('phone')]
    await run(phone.linking.open(laptop.linking.offer().link))
    await until(() => phase(laptop) === 'comparing')
    net.partition(laptop.identity.device, phone.identity.device)
    const stopped = laptop.linking.stop()
    await clock.advance(1_000)
    await stopped
  })

  it('[I-18] refuses a link that expired, was used, was withdrawn or is unknown, and a node that is in use', async () => {
    const [laptop, phone] = [await settle('ada'), await settle('phone')]
    const expired = laptop.linking.offer({ expiresInMs: 60_000 })
    await clock.advance(60_000)
    expect(failure(laptop)).toBe('DEVICE_LINK_EXPIRED')
    await expect(run(phone.linking.open(expired.link))).rejects.toMatchObject({ code: 'DEVICE_LINK_EXPIRED' })
    const withdrawn = laptop.linking.offer()
    laptop.linking.cancel()
    await expect(run(phone.linking.open(withdrawn.link))).rejects.toMatchObject({ code: 'LINKING_CANCELLED' })
    const used = laptop.linking.offer()
    await run(phone.linking.open(used.link))
    await until(() => phase(laptop) === 'comparing')
    await expect(run((await settle('second')).linking.open(used.link))).rejects.toMatchObject({
      code: 'BAD_DEVICE_LINK'
    })
    phone.linking.cancel()
    await until(() => phase(laptop) === 'failed')
    await expect(run(phone.linking.open(used.link))).rejects.toMatchObject({ code: 'DEVICE_LINK_USED' })
    await expect(run(phone.linking.open(withdrawn.link))).rejects.toMatchObject({ code: 'BAD_DEVICE_LINK' })
    const settled = await settle('settled', { isFresh: false })
    await expect(run(settled.linking.open(laptop.linking.offer().link))).rejects.toMatchObject({
      code: 'ACCOUNT_IN_USE'
    })
    expect(() => phone.linking.confirm()).toThrow(expect.objectContaining({ code: 'NO_LINKING' }))
    await expect(run(phone.linking.open(laptop.linking.offer().link, { label: '' }))).rejects.toThrow(TypeError)
    for (const expiresInMs of [0, 59_999, 3_600_001, 1.5])
      expect(() => laptop.linking.offer({ expiresInMs })).toThrow(TypeError)
  })

  it('[I-18] ends when nobody agrees within ten minutes, when the other is gone, and when the disk is full', async () => {
    const [laptop, phone] = [await settle('ada'), await settle('phone')]
    await run(phone.linking.open(laptop.linking.offer().link))
    await until(() => phase(laptop) === 'comparing')
    laptop.linking.confirm()
    await clock.advance(600_000)
    await until(() => phase(laptop) === 'failed' && phase(phone) === 'failed')
    expect(failure(laptop)).toBe('LINKING_CANCELLED')
    const gone = await settle('gone')
    await run(gone.linking.open(laptop.linking.offer().link))
    await until(() => phase(laptop) === 'comparing')
    net.partition(gone.identity.device, laptop.identity.device)
    await until(() => phase(laptop) === 'failed' && phase(gone) === 'failed')
    expect(failure(laptop)).toBe('STREAM_RESET')
    const full = await settle('full', {
      adopting: () => Promise.reject(Object.assign(new Error(), { code: 'DISK_FULL' }))
    })
    await run(full.linking.open(laptop.linking.offer().link))
    await until(() => phase(laptop) === 'comparing')
    laptop.linking.confirm()
    full.linking.confirm()
    await until(() => phase(laptop) === 'failed' && phase(full) === 'failed')
    expect([failure(full), failure(laptop)]).toEqual(['DISK_FULL', 'STREAM_RESET'])
  })
})

describe('somebody between the two', () => {
  it('[I-19] who knows the link shows other words on either side, time after time', async () => {
    const mallory = await settle('mallory')
    await mallory.linking.stop()
    for (let turn = 0; turn < 20; turn++) {
      const [laptop, phone] = [await settle(`ada ${turn}`), await settle(`phone ${turn}`)]
      const { secret } = readDeviceLink(laptop.linking.offer().link)
      // To the phone it is the laptop, to the laptop the phone; the phone's box key and name it passes on as they are.
      const shownToLaptop = Promise.withResolvers<readonly string[]>()
      const asLaptop = { ...laptop.identity, device: mallory.identity.device, name: 'ada' }
      const stop = mallory.streams.handle(LINK, async (stream: Stream) => {
        await giveAccount(
          stream,
          {
            identity: asLaptop,
            take: () => ({ secret }),
            compare: shown => {
              shownToLaptop.resolve(shown)
              return createComparison(shown, 'phone', clock)
            },
            give: () => given(mallory.identity),
            admit: () => undefined
          },
          new AbortController().signal
        )
      })
      const forged = encodeDeviceLink(secret, new Map([[mallory.identity.device, [mallory.address]]]))
      await run(phone.linking.open(forged))
      await run(mallory.dial(laptop))
      const stream = await run(mallory.streams.open(laptop.identity.device, LINK))
      const { certificate } = phone.identity
      const asPhone = { ...mallory.identity, certificate: { ...certificate } }
      const { done } = await run(
        askForAccount(
          stream,
          { secret, label: 'test', signal: new AbortController().signal },
          {
            identity: asPhone,
            adopt: () => Promise.resolve(certificate),
            compare: shown => createComparison(shown, 'ada', clock),
            clock
          }
        )
      )
      done.catch(() => undefined)
      await until(() => phase(laptop) === 'comparing' && phase(phone) === 'comparing')
      await shownToLaptop.promise
      expect(words(laptop)).not.toEqual(words(phone))
      expect(words(phone)).toHaveLength(3)
      stop()
      stream.reset()
    }
  })

  it('[I-19] cannot choose its part after it saw the other’s', async () => {
    const [laptop, mallory] = [await settle('ada'), await settle('mallory')]
    const { secret } = readDeviceLink(laptop.linking.offer().link)
    await run(mallory.dial(laptop))
    const stream = await run(mallory.streams.open(laptop.identity.device, LINK))
    const { box, label } = mallory.identity.certificate
    const commitment = commitmentTo(new Uint8Array(32))
    const shown = [laptop.identity.device, mallory.identity.device, box, label, commitment]
    await stream.send(
      encodeLinkMessage({ type: 'hello', box, label, commitment, proof: proofOf(secret, 'joiner', shown) })
    )
    expect(decodeLinkMessage((await run(stream.receive())) ?? new Uint8Array()).type).toBe('offer')
    await stream.send(encodeLinkMessage({ type: 'reveal', nonce: new Uint8Array(32).fill(1) }))
    await until(() => phase(laptop) === 'failed')
    expect(failure(laptop)).toBe('BAD_MESSAGE')
  })

  it('[I-19] who does not know the link learns nothing and stops nobody', async () => {
    const [laptop, phone, mallory] = [await settle('ada'), await settle('phone'), await settle('mallory')]
    const { link } = laptop.linking.offer()
    const guess = encodeDeviceLink(new Uint8Array(10), new Map([[laptop.identity.device, [laptop.address]]]))
    await expect(run(mallory.linking.open(guess))).rejects.toMatchObject({ code: 'BAD_DEVICE_LINK' })
    expect(phase(laptop)).toBe('offered')
    await run(phone.linking.open(link))
    await until(() => phase(laptop) === 'comparing')
  })
})

describe('the certificate of a new device', () => {
  /** A new device that answers the account with whatever certificate `adopt` makes. Returns the other one. */
  async function linked(turn: number, adopt: (phone: Identity, accountSeed: Uint8Array) => Certificate): Promise<Side> {
    const [laptop, phone] = [await settle(`ada ${turn}`), await settle(`phone ${turn}`)]
    const { secret } = readDeviceLink(laptop.linking.offer().link)
    await run(phone.dial(laptop))
    const stream = await run(phone.streams.open(laptop.identity.device, LINK))
    const { comparison, done } = await run(
      askForAccount(
        stream,
        { secret, label: 'Telephone', signal: new AbortController().signal },
        {
          identity: phone.identity,
          adopt: ({ accountSeed }) => Promise.resolve(adopt(phone.identity, accountSeed)),
          compare: shown => createComparison(shown, 'ada', clock),
          clock
        }
      )
    )
    done.catch(() => undefined)
    await until(() => phase(laptop) === 'comparing')
    comparison.agree()
    laptop.linking.confirm()
    await until(() => phase(laptop) !== 'comparing')
    return laptop
  }

  it('[I-32] is let in as what both people agreed to, and as nothing else', async () => {
    const other = memoryIdentity('other')
    const label = 'Telephone'
    const fits = await linked(0, (phone, accountSeed) => certified(phone, { accountSeed, label }))
    expect([failure(fits), fits.admitted.length]).toEqual(['linked', 1])
    const wrong: ((phone: Identity, accountSeed: Uint8Array) => Certificate)[] = [
      ({ certificate }) => certificate,
      (_, accountSeed) => certified(other, { accountSeed, label }),
      (phone, accountSeed) => certified(phone, { accountSeed, label: 'Laptop' }),
      (phone, accountSeed) => certified({ ...phone, certificate: other.certificate }, { accountSeed, label })
    ]
    for (const [turn, adopt] of wrong.entries()) {
      const laptop = await linked(turn + 1, adopt)
      expect([failure(laptop), laptop.admitted]).toEqual(['BAD_MESSAGE', []])
    }
  })

  it('[I-32] is not signed before the account’s key is on the device', async () => {
    const [mallory, phone] = [await settle('mallory'), await settle('phone')]
    await mallory.linking.stop()
    const secret = new Uint8Array(LINK_SECRET_BYTES)
    const heard: Certificate[] = []
    const stop = mallory.streams.handle(LINK, async (stream: Stream) => {
      await giveAccount(
        stream,
        {
          identity: mallory.identity,
          take: () => ({ secret }),
          compare(shown) {
            const comparison = createComparison(shown, 'phone', clock)
            comparison.agree()
            return comparison
          },
          // The words stood for another account than this one.
          give: () => given(memoryIdentity('eve')),
          admit: certificate => void heard.push(certificate)
        },
        new AbortController().signal
      )
    })
    await run(phone.linking.open(encodeDeviceLink(secret, new Map([[mallory.identity.device, [mallory.address]]]))))
    phone.linking.confirm()
    await until(() => phase(phone) === 'failed')
    expect([failure(phone), phone.adopted, heard]).toEqual(['BAD_MESSAGE', [], []])
    stop()
  })
})

describe('a new device that the other one hears nothing of any more', () => {
  it('[I-33] is that person’s all the same', async () => {
    const laptop = await settle('ada')
    const phone: Side = await settle('phone', {
      adopting: async () => net.partition(laptop.identity.device, phone.identity.device)
    })
    await run(phone.linking.open(laptop.linking.offer().link))
    await until(() => phase(laptop) === 'comparing')
    laptop.linking.confirm()
    phone.linking.confirm()
    await until(() => phase(phone) === 'linked' && phase(laptop) === 'failed')
    expect([phone.adopted.length, laptop.admitted]).toEqual([1, []])
  })
})

describe('bytes of linking', () => {
  const bytes32 = new Uint8Array(32).fill(3)
  const { account } = memoryIdentity('ada')
  const messages: LinkMessage[] = [
    { type: 'hello', box: bytes32, label: 'phone', commitment: bytes32, proof: bytes32 },
    { type: 'offer', account, name: 'Ada', nonce: bytes32, proof: bytes32 },
    { type: 'refused', reason: 'expired' },
    { type: 'reveal', nonce: bytes32 },
    { type: 'agreed' },
    { type: 'account', sealed: new Uint8Array(200) },
    { type: 'joined', certificate: memoryIdentity('ada').certificate },
    { type: 'ended', reason: 'words' }
  ]
  const refuses = (read: () => unknown, ...codes: string[]): boolean => {
    try {
      read()
      return false
    } catch (error) {
      if (hasCode(error, ...codes)) return true
      throw error
    }
  }

  it('[I-20] say the same after the wire', () => {
    for (const message of messages) expect(decodeLinkMessage(encodeLinkMessage(message))).toEqual(message)
    const account = given(memoryIdentity('ada'))
    expect(decodeGivenAccount(encodeGivenAccount(account))).toEqual(account)
  })

  it('[I-20] are refused or read as what they are, changed or cut in 10,000 ways', () => {
    const random = seededRandom(7)
    const below = (limit: number): number => Math.floor(random() * limit)
    const account = encodeGivenAccount(given(memoryIdentity('ada')))
    const originals = [...messages.map(encodeLinkMessage), account]
    let refused = 0
    for (let round = 0; round < 10_000; round++) {
      const original = originals[round % originals.length] ?? account
      const bytes = original.slice(0, round % 3 === 0 ? below(original.length) : original.length)
      for (let flip = 0; flip <= below(4) && bytes.length > 0; flip++) bytes[below(bytes.length)] = below(256)
      const read = original === account ? decodeGivenAccount : decodeLinkMessage
      if (refuses(() => read(bytes), 'BAD_MESSAGE')) refused++
    }
    expect(refused).toBeGreaterThan(4_000)
  })

  it('[I-20] that are broken, time after time, shut their sender out', async () => {
    const [laptop, mallory] = [await settle('ada'), await settle('mallory')]
    await run(mallory.dial(laptop))
    for (let turn = 0; turn < 10; turn++) {
      const stream = await run(mallory.streams.open(laptop.identity.device, LINK))
      await stream.send(encodeLinkMessage({ type: 'agreed' }))
      await run(stream.receive().catch(() => undefined))
    }
    await expect(run(mallory.dial(laptop))).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })

  it('[I-20] of links and codes: a code is what a link holds, and typing mistakes are refused', () => {
    const secret = Uint8Array.from({ length: 10 }, (_, at) => 255 - 7 * at)
    expect(readDeviceLink(deviceCode(secret))).toEqual({ secret, peers: undefined })
    expect(deviceCode(secret)).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/)
    expect(readDeviceLink('oo0i-l100-0000-0000').secret).toEqual(readDeviceLink('0001-1100-0000-0000').secret)
    const { device } = memoryIdentity('ada')
    const peers = new Map([[device, [`/ip4/127.0.0.1/tcp/1/p2p/${device}`]]])
    const link = encodeDeviceLink(secret, peers)
    expect(readDeviceLink(` ${link}\n`)).toEqual({ secret, peers })
    const bad = [
      '',
      'borgo:link/',
      link.slice(0, -1),
      `${link}A`,
      link.replace('link', 'join'),
      'AAAA-AAAA-AAAA-AAA',
      'U'.repeat(16)
    ]
    for (const text of bad) expect(refuses(() => readDeviceLink(text), 'BAD_DEVICE_LINK')).toBe(true)
  })
})
