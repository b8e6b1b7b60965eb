import { encode } from '@ipld/dag-cbor'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createVillage } from '../src/testing/memory-village.ts'
import type { Village } from '../src/testing/memory-village.ts'
import type { BorgoNode, Group } from '../src/index.ts'
import { OFFERS_PER_HOUR, directOffer } from '../src/people/contacts/direct.ts'

let village: Village
beforeEach(async () => {
  village = await createVillage({ seed: 11 })
})
afterEach(() => village.stop())

interface Scene {
  victim: BorgoNode
  rogue: BorgoNode
  /** Writes an offer, true or not, for the victim. */
  offer(group: Group['id'], link: string): Promise<void>
}

/** Two in one group, of whom one writes offers by hand. */
async function scene(): Promise<Scene> {
  const [victim, rogue] = [await village.settle('Vera'), await village.settle('Mallory')]
  const group = await victim.groups.create({ name: 'Square' })
  const { link } = await group.invite({ role: 'reader' })
  const square = await village.run(rogue.groups.join(link))
  await village.until(() => square.members().length === 2 && group.members().length === 2)
  return {
    victim,
    rogue,
    async offer(id, link) {
      const sealed = await square.seal(victim.self.account, encode({ group: id, link }))
      await square.append(directOffer, { sealed })
      await village.until(() => group.vector().get(rogue.self.device) === square.vector().get(rogue.self.device))
    }
  }
}

const groupsOf = ({ groups }: BorgoNode): string[] => groups.list().map(({ name }) => name)

it('[K-11] a member cannot bring another into a group of many', async () => {
  const { offer, rogue, victim } = await scene()
  const trap = await rogue.groups.create({ name: 'Trap', kind: 'shared' })
  const { link } = await trap.invite({ role: 'writer', uses: 10 })
  await offer(trap.id, link)
  await village.until(() => trap.audit().some(({ what }) => what === 'leave'))
  expect(groupsOf(victim)).toEqual(['Square'])
})

it('[K-11] an offer whose link leads elsewhere is not followed', async () => {
  const { offer, rogue, victim } = await scene()
  const shown = await rogue.groups.create({ name: 'Shown', kind: 'direct' })
  const trap = await rogue.groups.create({ name: 'Trap' })
  const { link } = await trap.invite({ role: 'writer', uses: 10 })
  await offer(shown.id, link)
  await village.clock.advance(60_000)
  expect(groupsOf(victim)).toEqual(['Square'])
  expect(trap.members()).toHaveLength(1)
})

it(`[K-11] of one person's offers ${OFFERS_PER_HOUR} an hour are followed`, async () => {
  const { offer, rogue, victim } = await scene()
  const asked: Group[] = []
  for (let n = 0; n < OFFERS_PER_HOUR + 4; n++) {
    const trap = await rogue.groups.create({ name: `Trap ${n}` })
    const { link } = await trap.invite({ role: 'writer' })
    await offer(trap.id, link)
    await village.clock.advance(30_000)
    if (trap.audit().some(({ what }) => what === 'leave')) asked.push(trap)
  }
  expect(asked).toHaveLength(OFFERS_PER_HOUR)
  expect(groupsOf(victim)).toEqual(['Square'])
})
