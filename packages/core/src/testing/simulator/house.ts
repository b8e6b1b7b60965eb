import type { Clock } from '../../clock.ts'
import { hasCode } from '../../errors.ts'
import type { Group } from '../../groups/group.ts'
import type { RecordKind } from '../../log/kind.ts'
import type { AccountId, PeerId } from '../../ids.ts'
import type { Logger } from '../../logger.ts'
import { createNode } from '../../node.ts'
import type { BorgoNode } from '../../node.ts'
import type { PluginContext } from '../../plugin.ts'
import type { MemoryNetwork } from '../memory-network.ts'
import { memoryDisk } from '../memory-stores.ts'
import type { Ledger } from './ledger.ts'

export const NOTE: RecordKind<string> = { name: 'simulator/note', role: 'writer', maxBytes: 1_024, parse: String }

const WORD = 'ciao '
/** Longest note, words. */
const LONGEST_NOTE = 60

export interface Surroundings {
  clock: Clock
  network: MemoryNetwork
  ledger: Ledger
  logger: Logger
  random: () => number
  /** Whom a house knows to be out of the group, of those that were in it. */
  outFor(house: House): ReadonlySet<House>
}

/** A person with one device: a whole node, which is switched on and off, crashes, and keeps its disk. */
export class House {
  readonly number: number
  device!: PeerId
  account!: AccountId
  /** Since when it is on, and since when the network is whole, ms since 1970. */
  since = 0
  wholeSince = 0
  /** The part of the network in which it is, or was when there were parts last. */
  part: number | undefined
  isParted = false
  readonly #disk = memoryDisk()
  readonly #around: Surroundings
  #node: BorgoNode | undefined
  #isStopping = false
  /** Up to where it has read the group. */
  #position = 0

  private constructor(number: number, around: Surroundings) {
    this.number = number
    this.#around = around
  }

  static async build(number: number, around: Surroundings): Promise<House> {
    const house = new House(number, around)
    await house.start()
    return house
  }

  get node(): BorgoNode | undefined {
    return this.#node
  }

  /** Whether it can be switched on: what ends takes its time. */
  get isOff(): boolean {
    return !this.#node && !this.#isStopping
  }

  /** The group of the simulation, while this house is on and in it. */
  get group(): Group | undefined {
    return this.#node?.groups.list()[0]
  }

  async start(): Promise<void> {
    if (!this.isOff) return
    const { clock, logger, network } = this.#around
    this.since = clock.now()
    const node = await createNode({
      folder: '',
      name: `Person ${this.number}`,
      clock,
      logger,
      stores: this.#disk.stores(),
      network: ({ device }) => network.node(device)
    })
    this.#node = node
    this.device = node.self.device
    this.account = node.self.account
    await node.use({ name: 'simulator', start: context => this.#read(context) })
  }

  /** Resolves once it is off, which may take time. */
  async stop(): Promise<void> {
    const stopping = this.#node
    if (!stopping) return
    this.#node = undefined
    this.#isStopping = true
    await stopping.stop()
    this.#isStopping = false
  }

  /** Power fails: nobody is told. */
  async crash(): Promise<void> {
    this.#around.network.unplug(this.device)
    await this.stop()
  }

  /** Writes a note, if the group lets this house write. */
  async write(): Promise<void> {
    const { clock, ledger, outFor, random } = this.#around
    const [at, out, part] = [clock.now(), outFor(this), this.isParted ? this.part : undefined]
    try {
      const note = await this.group?.append(NOTE, WORD.repeat(1 + Math.floor(random() * LONGEST_NOTE)))
      if (note) ledger.wrote(note.id, { author: this, at, part, out })
    } catch (error) {
      // Not a writer any more, or switched off meanwhile.
      if (!hasCode(error, 'FORBIDDEN', 'STOPPED')) throw error
    }
  }

  /** Switches it off for good. */
  async demolish(): Promise<void> {
    await this.stop()
    this.#disk.remove()
  }

  #read({ groups, signal }: PluginContext): void {
    groups.define(NOTE)
    const following = async (): Promise<void> => {
      for await (const { id, position } of groups.follow([NOTE], { after: this.#position, signal })) {
        this.#position = position
        this.#around.ledger.saw(id, this)
      }
    }
    void following()
  }
}
