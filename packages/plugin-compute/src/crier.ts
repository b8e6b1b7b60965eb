import type { PluginContext } from '@borgo/core'
import type { Coordinator } from './coordinator.ts'
import type { JobId } from './job.ts'
import type { JobRow, Journal } from './journal.ts'
import { bytesPerIndex, REASON_LENGTH } from './protocol.ts'
import { jobKind, progressChannel, resultKind, WORKERS_MAX } from './records.ts'

/** Tells a group about the jobs that this node coordinates: records for what stays, broadcasts for how far one is. */
export class Crier {
  readonly #context: PluginContext
  readonly #journal: Journal
  #telling: Promise<void> = Promise.resolve()

  constructor(context: PluginContext, journal: Journal) {
    this.#context = context
    this.#journal = journal
  }

  /** Writes what the group's log does not say yet; one after the other, so that nothing is written twice. */
  tell(id: JobId): Promise<void> {
    const told = this.#telling.then(() => this.#write(id))
    this.#telling = told.catch((error: unknown) => {
      this.#context.log.warn("a job is not in its group's log", { job: id, error: String(error) })
    })
    return told
  }

  /** To who is online; best effort. */
  announce({ group, id: job }: JobRow, coordinator: Coordinator): void {
    const workers = coordinator
      .workers()
      .slice(0, WORKERS_MAX)
      .map(({ device, indices, parts, slots }) => ({ device, indices, parts, slots }))
    const { groups, log } = this.#context
    groups
      .get(group)
      ?.broadcast(progressChannel, { job, done: coordinator.done, workers })
      .catch((error: unknown) => log.debug('progress was not told', { error: String(error) }))
  }

  async #write(id: JobId): Promise<void> {
    const row = this.#journal.job(id)
    const group = row && this.#context.groups.get(row.group)
    if (!group) return
    if (row.told === 0) {
      const { hi, lo, media, module, reduce, title } = row
      await group.append(jobKind, { job: id, title, module, lo, hi, bytesPerIndex: bytesPerIndex(reduce), media })
      this.#journal.setTold(id, 1)
    }
    const { failure, hash, state, sum } = row
    if (state === 'running' || row.told === 2) return
    await group.append(resultKind, {
      job: id,
      state,
      sum: sum?.toString() ?? null,
      hash: hash ?? null,
      failure: failure ? { ...failure, text: failure.text.slice(0, REASON_LENGTH) } : null,
      workers: this.#journal
        .shares(id)
        .sort((a, b) => b.indices - a.indices)
        .slice(0, WORKERS_MAX)
        .map(({ indices, parts, worker }) => ({ device: worker, indices, parts }))
    })
    this.#journal.setTold(id, 2)
  }
}
