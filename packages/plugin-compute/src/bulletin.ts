import type { Broadcast, Entry, PeerId } from '@borgo/core'
import { hex } from './digest.ts'
import type { JobId, JobView } from './job.ts'
import { reduceOf } from './protocol.ts'
import { jobKind, resultKind, type JobRecord, type Progress, type ResultRecord } from './records.ts'

/** Jobs of others that are remembered; the log has the rest. */
const KEPT_JOBS = 500

/** What the groups' logs and broadcasts say of jobs that other devices coordinate. */
export class Bulletin {
  readonly #self: PeerId
  readonly #jobs = new Map<JobId, JobView>()

  constructor(self: PeerId) {
    this.#self = self
  }

  /** Latest first. */
  list(): JobView[] {
    return [...this.#jobs.values()].reverse()
  }

  get(id: JobId): JobView | undefined {
    return this.#jobs.get(id)
  }

  /** Takes in a record; returns the job that it changed. */
  note(entry: Entry<JobRecord | ResultRecord>): JobView | undefined {
    if (entry.device === this.#self) return undefined
    if (entry.kind === jobKind.name) return this.#begin(entry as Entry<JobRecord>)
    return entry.kind === resultKind.name ? this.#end(entry as Entry<ResultRecord>) : undefined
  }

  /** Takes in a broadcast; returns the job that it changed. Only its coordinator knows how far a job is. */
  hear({ device, group, data }: Broadcast<Progress>): JobView | undefined {
    const job = this.#jobs.get(data.job)
    if (job?.coordinator !== device || job.group !== group.id || job.state !== 'running') return undefined
    job.done = Math.max(job.done, Math.min(data.done, job.hi - job.lo))
    job.workers = data.workers.map(worker => ({ ...worker, speed: undefined, running: [], refusal: undefined }))
    return job
  }

  #begin({ account, data, device, group, order }: Entry<JobRecord>): JobView | undefined {
    if (this.#jobs.has(data.job)) return undefined
    const job: JobView = {
      id: data.job,
      group,
      title: data.title,
      module: hex(data.module),
      lo: data.lo,
      hi: data.hi,
      reduce: reduceOf(data.bytesPerIndex),
      media: data.media,
      coordinator: device,
      account,
      local: false,
      state: 'running',
      startedAt: order.ms,
      finishedAt: undefined,
      done: 0,
      workers: [],
      sum: undefined,
      resultHash: undefined,
      failure: undefined
    }
    this.#jobs.set(data.job, job)
    const [oldest] = this.#jobs.keys()
    if (oldest !== undefined && this.#jobs.size > KEPT_JOBS) this.#jobs.delete(oldest)
    return job
  }

  #end({ data, device, group, order }: Entry<ResultRecord>): JobView | undefined {
    const job = this.#jobs.get(data.job)
    if (job?.coordinator !== device || job.group !== group || job.state !== 'running') return undefined
    job.state = data.state
    job.finishedAt = order.ms
    job.sum = data.sum === null ? undefined : BigInt(data.sum)
    job.resultHash = data.hash === null ? undefined : hex(data.hash)
    job.failure = data.failure ?? undefined
    job.workers = data.workers.map(share => ({
      ...share,
      slots: 0,
      speed: undefined,
      running: [],
      refusal: undefined
    }))
    if (data.state === 'done') job.done = job.hi - job.lo
    return job
  }
}
