import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { hasCode } from '../../errors.ts'
import type { Order } from '../../log/entry.ts'
import type { Role } from '../../groups/role.ts'
import { isAtLeast } from '../../groups/role.ts'
import type { PeerId } from '../../ids.ts'
import type { Logger } from '../../logger.ts'
import { manualClock } from '../manual-clock.ts'
import { memoryNetwork } from '../memory-network.ts'
import { seededRandom } from '../random.ts'
import { House, NOTE } from './house.ts'
import type { Surroundings } from './house.ts'
import { createLedger } from './ledger.ts'
import type { Ledger } from './ledger.ts'
import { createTraffic } from './traffic.ts'
import type { Traffic } from './traffic.ts'

/** As over libp2p: connections of one node, and how long one is silent before it counts as dead, ms. */
const MAX_CONNECTIONS = 300
const SILENCE_MS = 30_000
/** The way from a node to the middle of the network, ms: from a line of glass fibre to a telephone. */
const NEAREST_MS = 2
const FARTHEST_MS = 60
/** One step while something is waited for, ms. */
const STEP_MS = 100
const RETRY_MS = 5_000

/** Something that happens again and again, at random times. */
export interface Happening {
  /** Mean time between two, ms. */
  everyMs: number
  happen(): Promise<void> | void
}

/** People with one device each, who come to share one group; on virtual time, over a network in memory. */
export interface World {
  readonly houses: readonly House[]
  readonly ledger: Ledger
  readonly traffic: Traffic
  /** Warnings and errors of all nodes, by their text. */
  readonly complaints: ReadonlyMap<string, number>
  readonly random: () => number
  /** ms since the world began. */
  now(): number
  pass(ms: number): Promise<void>
  /** Lets things happen for `ms`. */
  play(ms: number, happenings: readonly Happening[]): Promise<void>
  /** Lets time pass until something is so, or `limitMs` are over; returns whether it is. */
  until(condition: () => boolean, limitMs: number): Promise<boolean>
  /** Lets time pass until a promise settles. */
  run<T>(promise: Promise<T>): Promise<T>
  one<T>(of: readonly T[]): T | undefined
  /** The first house founds the group, the next ones are its admins, all join by links of these within `ms`. */
  gather(ms: number): Promise<void>
  /** Parts the network, each house in the part that is named; heals it without. */
  part(partOf?: (house: House) => number): void
  /** Breaks a connection, so that both ends find out at some time. */
  cut(a: House, b: House): void
  /** Somebody was removed. */
  exclude(house: House): void
  /** Who is to have everything: on, and in the group as far as its founder knows. */
  members(): House[]
  /** Records that each of `members` is to have, and how many of them they have. */
  coverage(): { due: number; seen: number }
  /** Whether all members have the same group, and the same records in the same order. */
  isOne(): boolean
  end(): Promise<void>
}

export async function createWorld(options: { seed: number; nodes: number; loss: number }): Promise<World> {
  const { seed, nodes, loss } = options
  const random = seededRandom(seed ^ 0x5eed)
  const clock = manualClock(undefined, { settle: untilQuiet })
  const begin = clock.now()
  const traffic = createTraffic(clock)
  const ledger = createLedger(clock)
  const complaints = new Map<string, number>()
  const distances = new Map<PeerId, number>()
  const excluded = new Set<House>()
  const parted: [PeerId, PeerId][] = []

  const distanceOf = (peer: PeerId): number => {
    const known = distances.get(peer) ?? Math.round(NEAREST_MS + random() ** 2 * (FARTHEST_MS - NEAREST_MS))
    distances.set(peer, known)
    return known
  }
  const network = memoryNetwork({
    clock,
    seed,
    loss,
    latencyMs: (from, to) => distanceOf(from) + distanceOf(to),
    maxConnections: MAX_CONNECTIONS,
    silenceMs: SILENCE_MS,
    onTraffic: traffic.count
  })
  const complain = (message: string): void => void complaints.set(message, (complaints.get(message) ?? 0) + 1)
  const ignore = (): void => undefined
  const logger: Logger = { debug: ignore, info: ignore, warn: complain, error: complain, child: () => logger }
  const outFor = (house: House): ReadonlySet<House> => {
    const { group } = house
    return new Set([...excluded].filter(({ account }) => group && !group.member(account)))
  }
  const around: Surroundings = { clock, network, ledger, logger, random, outFor }
  const houses: House[] = []
  for (let number = 0; number < nodes; number++) houses.push(await House.build(number, around))

  /** How a house sees the group, or a part of it that says enough. */
  const viewOf = ({ group }: House): string => {
    if (!group) return 'none'
    const members = group
      .members()
      .map(({ account, role, devices }) => [account, role, [...devices].sort()])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
    const hash = createHash('sha256').update(JSON.stringify([members, group.key, group.policy]))
    hash.update(JSON.stringify([...group.vector()].sort(([a], [b]) => (a < b ? -1 : 1))))
    let before: Order | undefined
    do {
      const page = group.page([NOTE], { before, limit: 1_000 })
      for (const { id } of page.entries) hash.update(id)
      before = page.before
    } while (before)
    return hash.digest('hex')
  }

  const world: World = {
    houses,
    ledger,
    traffic,
    complaints,
    random,
    now: () => clock.now() - begin,
    pass: ms => clock.advance(ms),
    async play(ms, happenings) {
      const end = clock.now() + ms
      const wait = ({ everyMs }: Happening): number => Math.ceil(-Math.log(1 - random()) * everyMs)
      const next = happenings.map(happening => ({ happening, at: clock.now() + wait(happening) }))
      for (;;) {
        const first = next.reduce((a, b) => (b.at < a.at ? b : a))
        if (first.at > end) break
        await clock.advance(Math.max(0, first.at - clock.now()))
        await first.happening.happen()
        first.at += wait(first.happening)
      }
      await clock.advance(Math.max(0, end - clock.now()))
    },
    async until(condition, limitMs) {
      const end = clock.now() + limitMs
      while (!condition()) {
        if (clock.now() >= end) return false
        await clock.advance(STEP_MS)
      }
      return true
    },
    async run(promise) {
      let isSettled = false
      const settled = promise.finally(() => (isSettled = true))
      settled.catch(() => undefined)
      await untilQuiet()
      while (!isSettled) await clock.advance(STEP_MS)
      return await settled
    },
    one: of => of[Math.floor(random() * of.length)],
    async gather(ms) {
      const [founder, ...others] = houses
      if (!founder?.node) throw new TypeError('a world has houses')
      const group = await founder.node.groups.create({ name: 'Village' })
      const { link } = await group.invite({ uses: nodes, role: 'writer' })
      const links = [link]
      const join = async ({ node, account }: House, by: string, isAdmin: boolean): Promise<void> => {
        for (;;) {
          try {
            const joined = await node?.groups.join(by)
            if (!isAdmin || !joined) return
            await group.setRole(account, 'admin')
            return
          } catch (error) {
            if (!hasCode(error, 'UNREACHABLE', 'BAD_INVITATION')) throw error
            await new Promise<void>(resolve => clock.after(RETRY_MS, resolve))
          }
        }
      }
      const admins = others.splice(0, Math.ceil(nodes / 25))
      for (const admin of admins) await world.run(join(admin, link, true))
      for (const admin of admins) {
        await world.until(() => admin.group?.role === 'admin', RETRY_MS * 12)
        const invitation = await admin.group?.invite({ uses: nodes, role: 'writer' })
        if (invitation) links.push(invitation.link)
      }
      const joining: Promise<void>[] = []
      const happen = (): void => {
        const next = others.shift()
        if (next) joining.push(join(next, world.one(links) ?? link, false))
      }
      await world.play(ms, [{ everyMs: ms / nodes, happen }])
      while (others.length > 0) happen()
      await world.run(Promise.all(joining))
    },
    part(partOf) {
      for (const [a, b] of parted.splice(0)) network.heal(a, b)
      for (const house of houses) {
        house.isParted = partOf !== undefined
        if (partOf) house.part = partOf(house)
        else house.wholeSince = clock.now()
      }
      if (!partOf) return
      for (const [at, a] of houses.entries())
        for (const b of houses.slice(at + 1)) {
          if (a.part === b.part) continue
          network.partition(a.device, b.device)
          parted.push([a.device, b.device])
        }
    },
    cut(a, b) {
      network.partition(a.device, b.device)
      network.heal(a.device, b.device)
    },
    exclude: house => void excluded.add(house),
    members() {
      const group = houses[0]?.group
      return houses.filter(({ node, account }) => {
        const role = group?.member(account)?.role
        return node && role && isAtLeast(role, 'reader')
      })
    },
    coverage() {
      const [founder] = houses
      const members = world.members()
      const writers = new Set(members.filter(({ account }) => isWriter(founder?.group?.member(account)?.role)))
      let [due, seen] = [0, 0]
      for (const [id, { author }] of ledger.written) {
        // What others wrote, before they were removed or may not write any more, counts as far as who decided that knew it.
        if (!writers.has(author) && !founder?.group?.entry(id)) continue
        due += members.length
        for (const member of members) if (ledger.hasSeen(id, member)) seen++
      }
      return { due, seen }
    },
    isOne: () => new Set(world.members().map(viewOf)).size === 1,
    async end() {
      for (const house of houses) await world.run(house.demolish())
    }
  }
  return world
}

function isWriter(role: Role | undefined): boolean {
  return role !== undefined && isAtLeast(role, 'writer')
}

/** Until nothing more happens without time: everything in a simulated world waits for its clock or for this. */
async function untilQuiet(): Promise<void> {
  do await setImmediate()
  while (process.getActiveResourcesInfo().includes('Immediate'))
}
