import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Entry } from '../log/entry.ts'
import type { RecordKind } from '../log/kind.ts'
import { furtherDevice } from '../testing/membership-home.ts'
import { memoryIdentity } from '../testing/identity.ts'
import { manualClock } from '../testing/manual-clock.ts'
import type { ManualClock } from '../testing/manual-clock.ts'
import { memoryNetwork } from '../testing/memory-network.ts'
import type { MemoryNetwork } from '../testing/memory-network.ts'
import { personNode } from '../testing/person-node.ts'
import type { PersonNode } from '../testing/person-node.ts'

const NOTE: RecordKind<string> = { name: 'core/test-note', role: 'writer', maxBytes: 100, parse: String }

let clock: ManualClock
let net: MemoryNetwork
let nodes: PersonNode[]
let following: AbortController
beforeEach(() => {
  clock = manualClock()
  net = memoryNetwork({ clock })
  nodes = []
  following = new AbortController()
})
afterEach(async () => {
  following.abort()
  for (const node of nodes) await node.stop()
})

async function device(identity = memoryIdentity('ada')): Promise<PersonNode> {
  const node = await personNode(identity, { net, clock })
  nodes.push(node)
  node.home.define(NOTE)
  return node
}

/** What a device reads at home, as it comes. */
function reading({ home }: PersonNode): string[] {
  const texts: string[] = []
  const read = async (): Promise<void> => {
    for await (const entry of home.follow([NOTE], { signal: following.signal }))
      texts.push((entry as Entry<string>).data)
  }
  void read()
  return texts
}

async function until(isSo: () => boolean): Promise<void> {
  for (let step = 0; !isSo(); step++) {
    if (step > 10_000) throw new Error('not so')
    await clock.advance(10)
    await setImmediate()
  }
}

describe('home', () => {
  it('[I-11] is founded when something is first written, and read by all devices of the person', async () => {
    const [laptop, phone] = [await device(), await device(furtherDevice('ada', 'phone'))]
    expect(laptop.home.group).toBeUndefined()
    expect(laptop.home.devices().map(({ device: id }) => id)).toEqual([laptop.identity.device])
    await laptop.home.append(NOTE, 'before')
    const group = laptop.home.open()
    expect(laptop.members.groups()).toEqual([group])
    laptop.add(phone, group)
    const texts = reading(phone)
    await laptop.connect(phone)
    await until(() => texts.length === 1)
    await phone.home.append(NOTE, 'from the phone')
    const back = reading(laptop)
    await until(() => back.length === 2)
    expect(back).toEqual(['before', 'from the phone'])
    expect(
      phone.home
        .devices()
        .map(({ device: id }) => id)
        .sort()
    ).toEqual([laptop.identity.device, phone.identity.device].sort())
  })

  it('[I-11] has no place for others: nobody is invited, and no record of another group counts', async () => {
    const [ada, bob] = [await device(), await device(memoryIdentity('bob'))]
    await ada.home.append(NOTE, 'at home')
    const invitation = { role: 'writer', uses: 1, expiresAt: 2 ** 50, approval: false, account: undefined } as const
    const invite = () => ada.members.act(ada.home.open(), { type: 'invite', key: '00'.repeat(32), ...invitation })
    expect(invite).toThrow('only devices')
    expect(() => ada.add(bob, ada.home.open())).toThrow('another account')
    const shared = ada.members.create({ name: 'Square', kind: 'shared' })
    await ada.log.append(shared, NOTE, 'on the square')
    const texts = reading(ada)
    await ada.home.append(NOTE, 'again')
    await until(() => texts.length === 2)
    expect(texts).toEqual(['at home', 'again'])
  })

  it('[I-11] is one for devices that founded it apart, and what was written in either is read', async () => {
    const [laptop, phone] = [await device(), await device(furtherDevice('ada', 'phone'))]
    await laptop.home.append(NOTE, 'laptop')
    await phone.home.append(NOTE, 'phone')
    const [one, other] = [laptop.home.open(), phone.home.open()]
    laptop.add(phone, one)
    phone.add(laptop, other)
    expect(laptop.home.group).toBe(phone.home.group)
    const texts = reading(laptop)
    await laptop.connect(phone)
    await until(() => texts.length === 2)
    expect(texts.sort()).toEqual(['laptop', 'phone'])
  })

  it('[I-11] keeps kinds of the core only', async () => {
    const ada = await device()
    expect(() => ada.home.define({ ...NOTE, name: 'chat/note' })).toThrow(TypeError)
  })
})
