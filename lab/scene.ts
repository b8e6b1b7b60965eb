import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { house } from '../demo/house.ts'
import type { House } from '../demo/house.ts'
import { createReport } from './report.ts'
import type { Report } from './report.ts'
import { createWorld, OF_THIS_RUN } from './world.ts'
import type { Machine, World } from './world.ts'

/** What a scenario is played on. */
export interface Scene extends Report {
  readonly world: World
  /** Removed in the end. */
  readonly folder: string
  readonly quick: boolean
  /** By how much aims may be missed. */
  readonly slack: number
  /** Three nodes with all plugins, each a process of its own, started; set as by a person who sets nothing. */
  settle(ada: Machine, ben: Machine, cleo: Machine): Promise<[House, House, House]>
}

export interface LabOptions {
  /** The short form, on a busy machine: fewer cases, shorter waits, aims that are three times as wide. */
  quick: boolean
  /** Rejects when the run is to end. */
  interrupted: Promise<never>
}

/** One environment, and what has to work in it. */
export interface Scenario {
  name: string
  title: string
  /** Whether it belongs to the quick run. */
  isQuick: boolean
  play(options: LabOptions): Promise<void>
}

const QUICK_SLACK = 3
const LOOK_MS = 100

/** Plays on a world of its own, and removes it, the nodes and their folders, however it ends. */
export async function onScene(
  scenario: string,
  { quick, interrupted }: LabOptions,
  play: (scene: Scene) => Promise<void>,
  facts: Readonly<Record<string, string>> = {}
): Promise<void> {
  const world = createWorld()
  const root = await mkdtemp(join(tmpdir(), OF_THIS_RUN))
  const slack = quick ? QUICK_SLACK : 1
  const report = createReport({ scenario, facts, slack, interrupted })
  const houses: House[] = []
  try {
    await play({
      ...report,
      world,
      folder: root,
      quick,
      slack,
      async settle(...machines) {
        const at = (name: string, { inside }: Machine): House => house(root, name, { inside, settings: [] })
        const three: [House, House, House] = [at('Ada', machines[0]), at('Ben', machines[1]), at('Cleo', machines[2])]
        houses.push(...three)
        await report.step('three nodes start', () => Promise.all(three.map(({ start }) => start())))
        return three
      }
    })
  } finally {
    await Promise.all(houses.map(({ kill }) => kill()))
    world.remove()
    await rm(root, { recursive: true, force: true })
  }
}

/** Looks until there is something; who calls says how long. */
export async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    await sleep(LOOK_MS)
  }
}
