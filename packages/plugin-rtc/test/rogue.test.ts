import { encode } from '@ipld/dag-cbor'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createVillage } from '@borgo/core/testing'
import type { Village } from '@borgo/core/testing'
import type { BorgoNode, Group, PluginContext, RecordKind } from '@borgo/core'
import { OFFERS_PER_HOUR } from '../src/direct.ts'
import { rtc } from '../src/index.ts'
import { invitation } from '../src/records.ts'

let village: Village
beforeEach(async () => {
  village = await createVillage({ seed: 11 })
})
afterEach(() => village.stop())

interface Scene {
  victim: BorgoNode
  rogue: PluginContext
  /** The group that both are in. */
  square: Group
  /** Writes an invitation, true or not, for the victim. */
  offer(group: Group['id'], link: string): Promise<void>
  /** Resolves when the victim has read all that was offered. */
  read(): Promise<void>
}

/** A person with the plugin, and a member of their group who writes invitations by hand. */
async function scene(): Promise<Scene> {
  const [victim, thief] = [await village.settle('Vera'), await village.settle('Mallory')]
  const { chat } = await victim.use(rtc())
  const rogue = await thief.use({ name: 'rtc', start: context => context })
  rogue.groups.define(invitation as RecordKind<unknown>)
  const group = await victim.groups.create({ name: 'Square' })
  const { link } = await group.invite({ role: 'reader' })
  const square = await village.run(rogue.groups.join(link))
  await village.until(() => square.members().length === 2 && group.members().length === 2)
  return {
    victim,
    rogue,
    square,
    async offer(group, link) {
      const sealed = await square.seal(victim.self.account, encode({ group, link }))
      await square.append(invitation, { sealed })
    },
    async read() {
      // Own messages stand behind what came before them.
      let isSeen = false
      const undo = chat.subscribe(event => (isSeen ||= event.type === 'message'))
      await village.until(() => group.vector().get(rogue.self.device) === square.vector().get(rogue.self.device))
      await chat.send(group.id, 'still here')
      await village.until(() => isSeen)
      undo()
    }
  }
}

const groupsOf = ({ groups }: BorgoNode): string[] => groups.list().map(({ name }) => name)

it('[R-10] a member cannot bring another into a group of many', async () => {
  const { offer, read, rogue, victim } = await scene()
  const trap = await rogue.groups.create({ name: 'Trap', kind: 'shared' })
  const { link } = await trap.invite({ role: 'writer', uses: 10 })
  await offer(trap.id, link)
  await read()
  await village.until(() => trap.audit().some(({ what }) => what === 'leave'))
  expect(groupsOf(victim)).toEqual(['Square'])
})

it('[R-10] an invitation whose link leads elsewhere is not followed', async () => {
  const { offer, read, rogue, victim } = await scene()
  const [shown, trap] = [
    await rogue.groups.create({ name: 'Shown', kind: 'direct' }),
    await rogue.groups.create({ name: 'Trap' })
  ]
  const { link } = await trap.invite({ role: 'writer', uses: 10 })
  await offer(shown.id, link)
  await read()
  await village.clock.advance(60_000)
  expect(groupsOf(victim)).toEqual(['Square'])
  expect(trap.members()).toHaveLength(1)
})

it(`[R-10] of one person's invitations ${OFFERS_PER_HOUR} an hour are followed`, async () => {
  const { offer, read, rogue, victim } = await scene()
  const asked: Group[] = []
  for (let n = 0; n < OFFERS_PER_HOUR + 4; n++) {
    const trap = await rogue.groups.create({ name: `Trap ${n}` })
    const { link } = await trap.invite({ role: 'writer' })
    await offer(trap.id, link)
    await read()
    await village.clock.advance(30_000)
    if (trap.audit().some(({ what }) => what === 'leave')) asked.push(trap)
  }
  expect(asked).toHaveLength(OFFERS_PER_HOUR)
  expect(groupsOf(victim)).toEqual(['Square'])
})
