import { BorgoError, type Clock } from '@borgo/core'
import { hex, sha256 } from './digest.ts'
import { computeError } from './errors.ts'
import { MEMORY_MAX_BYTES, PART_RESULT_MAX_BYTES, resultBytes } from './job.ts'
import { Inbox } from './inbox.ts'
import type { Journal } from './journal.ts'
import type { Link } from './link.ts'
import { HELD_MAX, toFailure, type Assignment, type ToCoordinator, type ToWorker } from './protocol.ts'
import type { Pool } from './sandbox/pool.ts'
import type { PartTask, RunnableModule } from './sandbox/slot.ts'
import { Room } from './room.ts'
import { BEAT_MS } from './scheduler.ts'
import { inspectModule, PAGE_BYTES } from './validate.ts'

/** How long a part that runs and is no longer wanted may go on, ms: to end a process costs more than a short part. */
const GRACE_MS = 250
/** Results of one job that are being computed or wait to be sent, bytes; a part beyond them is not begun. */
export const RESULTS_MAX_BYTES = 64 * 2 ** 20

/** What a worker works with. */
export interface Workshop {
  clock: Clock
  journal: Pick<Journal, 'module' | 'keepModule'>
  pool: Pick<Pool, 'run'>
  /** How many parts this job may have side by side, now. */
  slots(): number
  /** Runs when `slots` may have changed; returns its undo. */
  onSlots(listener: () => void): () => void
}

/** What is known of the job that a worker works on; live. */
export interface Progress {
  readonly assignment: Assignment
  readonly running: number
  readonly parts: number
}

/** A part that this worker has. */
interface HeldPart {
  controller: AbortController
  started: boolean
}

/**
 * Works on one job until its coordinator ends the link: waits until this node shares, checks the module, computes what
 * is granted, says every second that it lives. Throws BAD_MESSAGE for what no honest coordinator sends, and when the link
 * breaks.
 */
export async function work(
  link: Link<ToCoordinator, ToWorker>,
  workshop: Workshop,
  started: (progress: Progress) => void
): Promise<void> {
  const messages = new Inbox(link.messages)
  const first = await messages.next()
  if (first.done) return
  if (first.value.type !== 'job') throw badMessage('a job comes first')
  const assignment = first.value
  const held = new Map<number, HeldPart>()
  const stopBeating = beat(link, workshop.clock, held)
  try {
    if (!(await isShared(messages, workshop))) return
    const bytes = await fetchModule(assignment, link, messages, workshop)
    if (!bytes) return
    let module: RunnableModule
    try {
      module = checked(bytes, assignment)
    } catch (error) {
      await link.send({ type: 'refuse', failure: toFailure(error) })
      return
    }
    await computeParts(link, workshop, { assignment, held, messages, module }, started)
  } finally {
    stopBeating()
    for (const { controller } of held.values()) controller.abort(computeError('JOB_CANCELLED', 'the job is over'))
  }
}

/** Says every second that this worker lives, and with which parts; returns its undo. */
function beat(link: Link<ToCoordinator, ToWorker>, clock: Clock, held: ReadonlyMap<number, HeldPart>): () => void {
  let isBeating = false
  return clock.every(BEAT_MS, () => {
    if (isBeating) return
    isBeating = true
    const done = (): void => {
      isBeating = false
    }
    link.send({ type: 'beat', parts: [...held.keys()] }).then(done, done)
  })
}

/** Resolves to true as soon as this node shares slots, and to false when the coordinator ends the link before. */
async function isShared(messages: Inbox<ToWorker>, workshop: Workshop): Promise<boolean> {
  while (workshop.slots() === 0) {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const stop = workshop.onSlots(() => resolve(undefined))
    try {
      const message = await Promise.race([promise, messages.peek()])
      if (message?.done) return false
      if (message) throw badMessage('nothing can be expected of a node that does not share')
    } finally {
      stop()
    }
  }
  return true
}

interface Job {
  assignment: Assignment
  messages: Inbox<ToWorker>
  module: RunnableModule
  /** The parts that it has now; whoever called empties it in the end. */
  held: Map<number, HeldPart>
}

async function computeParts(
  link: Link<ToCoordinator, ToWorker>,
  workshop: Workshop,
  { assignment, held, messages, module }: Job,
  started: (progress: Progress) => void
): Promise<void> {
  const { clock, pool } = workshop
  const { input, limitMs, memoryBytes, reduce } = assignment
  const withdrawn = computeError('NOT_SHARED', 'this node shares no slots now')
  const unacknowledged = new Set<number>()
  let parts = 0
  started({
    assignment,
    get running() {
      return held.size
    },
    get parts() {
      return parts
    }
  })

  const room = new Room(RESULTS_MAX_BYTES)

  /** The link's end shows in `messages`; a message that can no longer be sent need not be told apart. */
  const say = (message: ToCoordinator): Promise<void> => link.send(message).catch(() => undefined)
  const compute = async (part: number, lo: number, hi: number): Promise<void> => {
    const controller = new AbortController()
    const mine = { controller, started: false }
    held.set(part, mine)
    const maxBytes = resultBytes(reduce, { lo, hi })
    const task: PartTask = { module, lo, hi, input, maxBytes, memoryBytes, limitMs }
    let taken = 0
    // It is held until its answer is on its way: a coordinator that does not read gets no further parts computed.
    try {
      await room.take(maxBytes, controller.signal)
      taken = maxBytes
      const result = await pool.run(task, controller.signal, () => (mine.started = true))
      unacknowledged.add(part)
      await say({ type: 'done', part, us: Math.round(result.ms * 1_000), bytes: result.bytes })
    } catch (error) {
      if (!controller.signal.aborted) await say({ type: 'failed', part, failure: toFailure(error) })
      else if (controller.signal.reason === withdrawn) await say({ type: 'return', part })
    } finally {
      room.give(taken)
      held.delete(part)
    }
  }
  const revoke = (part: number): void => {
    const mine = held.get(part)
    if (!mine) return
    const abort = (): void => mine.controller.abort(computeError('JOB_CANCELLED', 'the part was taken back'))
    if (mine.started) clock.after(GRACE_MS, abort)
    else abort()
  }
  const offer = (): void => {
    const slots = workshop.slots()
    void say({ type: 'ready', slots })
    if (slots === 0) for (const { controller } of held.values()) controller.abort(withdrawn)
  }
  const stopOffering = workshop.onSlots(offer)
  try {
    offer()
    for (let next = await messages.next(); !next.done; next = await messages.next()) {
      const message = next.value
      switch (message.type) {
        case 'grant': {
          const { hi, lo, part } = message
          if (held.size >= HELD_MAX || held.has(part)) throw badMessage('a part too many')
          if (resultBytes(reduce, { lo, hi }) > PART_RESULT_MAX_BYTES) throw badMessage('a part too large')
          void compute(part, lo, hi)
          break
        }
        case 'revoke':
          revoke(message.part)
          break
        case 'ack':
          if (unacknowledged.delete(message.part)) parts++
          break
        case 'job':
        case 'piece':
          throw badMessage(`no ${message.type} is expected now`)
      }
    }
  } finally {
    stopOffering()
  }
}

/** The module, from this node's own store or from the coordinator; undefined when the link ended first. */
async function fetchModule(
  { module, moduleBytes }: Assignment,
  link: Link<ToCoordinator, ToWorker>,
  messages: Inbox<ToWorker>,
  { clock, journal }: Workshop
): Promise<Uint8Array | undefined> {
  const known = journal.module(module)
  if (known) return known
  await link.send({ type: 'need' })
  const bytes = new Uint8Array(moduleBytes)
  for (let at = 0; at < moduleBytes;) {
    const { done, value } = await messages.next()
    if (done) return undefined
    if (value.type !== 'piece' || at + value.bytes.length > moduleBytes)
      throw badMessage('expected a piece of the module')
    bytes.set(value.bytes, at)
    at += value.bytes.length
  }
  if (hex(sha256(bytes)) !== hex(module)) throw badMessage('the module is not the one that was announced')
  journal.keepModule(module, bytes, clock.now())
  return bytes
}

function checked(bytes: Uint8Array, { input, memoryBytes, module }: Assignment): RunnableModule {
  const facts = inspectModule(bytes, { maxPages: Math.min(memoryBytes, MEMORY_MAX_BYTES) / PAGE_BYTES })
  if (input.length > 0 && !facts.takesInput)
    throw computeError('MODULE_EXPORT', 'the job has input, but the module does not export input(i32) -> i32')
  return { hash: hex(module), bytes, facts }
}

const badMessage = (text: string): Error => new BorgoError('BAD_MESSAGE', text)
