import { isAtLeast, systemClock, type Group, type Plugin, type PluginContext, type Stream } from '@borgo/core'
import { computeError } from './errors.ts'
import { MEMORY_MAX_BYTES, type Work } from './job.ts'
import { LocalJobs, type Jobs } from './jobs.ts'
import { Journal, SCHEMA } from './journal.ts'
import { streamLink } from './link.ts'
import { decodeToWorker, encodeToCoordinator, WORK } from './protocol.ts'
import { Pool } from './sandbox/pool.ts'
import { sandboxes, type Priority, type SandboxLayer } from './sandbox/sandbox.ts'
import { SharingSetting, type Sharing } from './sharing.ts'
import { work, type Progress } from './worker.ts'

export interface Compute {
  jobs: Jobs
  /** What this node gives to others. */
  sharing(): Sharing
  /** Changes it, at once and for good; parts that no longer fit are given back. Throws RangeError. */
  share(sharing: Partial<Sharing>): void
  /** What this node works on for others now. */
  work(): Work[]
  /** What holds modules in on this computer, found out by trying. Throws SANDBOX_FAILED. */
  sandbox(): Promise<readonly SandboxLayer[]>
}

export interface ComputeOptions {
  /** What holds until the person chooses. */
  sharing?: Partial<Sharing>
  /** Whether modules give way to everything else on this computer. @default 'low' */
  priority?: Priority
}

/** Jobs over the group's computers. */
export function compute(options: ComputeOptions = {}): Plugin<Compute> {
  return { name: 'compute', start: context => startCompute(context, options) }
}

function startCompute(context: PluginContext, { priority = 'low', ...options }: ComputeOptions): Compute {
  const journal = new Journal(context.store.database(SCHEMA))
  const sharing = new SharingSetting(journal, options.sharing ?? {})
  // The limits of real processes are in real time, whatever clock the rest goes by.
  const log = context.log.child('sandbox')
  const candidates = sandboxes(MEMORY_MAX_BYTES, priority)
  const pool = new Pool({ clock: systemClock, log, size: sharing.value.slots, candidates })
  context.defer(() => pool.stop())
  sharing.onChange(() => pool.resize(sharing.value.slots))

  const workshop = {
    clock: context.clock,
    journal,
    pool,
    onSlots: (listener: () => void) => sharing.onChange(listener)
  }
  const jobs = new LocalJobs(context, {
    journal,
    pool,
    workshop: { ...workshop, slots: () => sharing.value.slots }
  })
  const works = new Set<Work>()
  context.handle(WORK, async stream => {
    const group = employer(context, stream)
    let current: Work | undefined
    try {
      await work(
        streamLink(stream, encodeToCoordinator, decodeToWorker),
        { ...workshop, slots: () => (sharing.value.on ? sharing.value.slots : 0) },
        progress => works.add((current = describe(progress, group, stream)))
      )
    } finally {
      if (current) works.delete(current)
    }
  })
  jobs.resume()
  return {
    jobs,
    sharing: () => sharing.value,
    share: next => sharing.set(next),
    work: () => [...works].map(one => ({ ...one })),
    sandbox: () => pool.layers()
  }
}

/** The group for which a member may give us work. Throws FORBIDDEN. */
function employer({ groups }: PluginContext, { group: id, peer }: Stream): Group {
  const group = id && groups.get(id)
  const member = group?.member(peer)
  if (!group || !isAtLeast(member?.role, 'writer')) throw computeError('FORBIDDEN', 'only writers start jobs')
  return group
}

/** Live: its numbers change with the work. */
function describe(progress: Progress, group: Group, { peer }: Stream): Work {
  const { job, title } = progress.assignment
  return {
    job,
    title,
    group: group.id,
    device: peer,
    get running() {
      return progress.running
    },
    get parts() {
      return progress.parts
    }
  }
}
