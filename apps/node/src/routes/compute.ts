import type { Readable } from 'node:stream'
import type { api, Job as ApiJob, JobTask, Sharing as ApiSharing } from '@borgo/api'
import { BorgoError, parseGroupId, type GroupId, type Groups, type PeerId, type Self } from '@borgo/core'
import {
  mandelbrotInput,
  readJobId,
  type Compute,
  type JobId,
  type JobOptions,
  type JobView
} from '@borgo/plugin-compute'
import type { EventBus } from '../events/bus.ts'
import type { Handlers } from '../http/area.ts'
import { png } from '../http/png.ts'

/** Largest module that is taken in, bytes; the plugin's own limit. */
const MODULE_BYTES = 16 * 1024 * 1024
const RGBA_BYTES = 4

export function computeRoutes(options: {
  compute: Compute
  groups: Pick<Groups, 'get'>
  self: Pick<Self, 'device'>
  bus: EventBus
}): Handlers<typeof api.compute> {
  const { bus, compute, groups, self } = options
  const { jobs } = compute
  jobs.subscribe(event => bus.publish('compute', event))

  const nameOf = (group: GroupId, device: PeerId): string | undefined => groups.get(group)?.member(device)?.name
  const shown = (job: JobView): ApiJob => ({
    ...job,
    owner: groups.get(job.group)?.nameOf(job.account),
    sum: job.sum?.toString(),
    workers: job.workers.map(worker => ({
      ...worker,
      name: nameOf(job.group, worker.device),
      self: worker.device === self.device
    }))
  })
  const find = (id: string): JobView => {
    const job = jobs.get(readJobId(id))
    if (!job) throw new BorgoError('JOB_UNKNOWN', 'there is no such job here')
    return job
  }
  const sharing = (): ApiSharing => ({
    ...compute.sharing(),
    work: compute.work().map(work => ({ ...work, name: nameOf(work.group, work.device) }))
  })

  return {
    jobs({ query }) {
      const group = query?.group
      return jobs
        .list()
        .filter(job => group === undefined || job.group === group)
        .map(shown)
    },
    job: ({ params }) => shown(find(params.job)),
    async start({ body }) {
      const { group, limitMs, memoryBytes, task, title } = body
      return shown(
        await jobs.start({
          ...taskOptions(task),
          group: parseGroupId(group),
          ...(title !== undefined && { title }),
          ...(limitMs !== undefined && { limitMs }),
          ...(memoryBytes !== undefined && { memoryBytes })
        })
      )
    },
    cancel: ({ params }) => shown(jobs.cancel(find(params.job).id)),
    parts({ params, query }) {
      const { from = 0, limit = 1_000 } = query ?? {}
      return jobs.outline(find(params.job).id, { from, limit })
    },
    part({ params }) {
      const part = jobs.part(find(params.job).id, params.lo)
      if (!part) throw new BorgoError('PART_UNKNOWN', 'no part that was accepted begins there')
      return { body: part.bytes, headers: { 'content-type': 'application/octet-stream' } }
    },
    async result({ params, query }) {
      const job = find(params.job)
      const contents = jobs.contents(job.id)
      if (query?.format !== 'png')
        return { body: contents, headers: { 'content-type': 'application/octet-stream', ...named(job.id, 'bin') } }
      if (job.media !== 'image/rgba' || job.reduce.kind !== 'concat' || job.reduce.bytesPerIndex % RGBA_BYTES !== 0)
        throw new BorgoError('BAD_JOB', 'the result of this job is not a picture')
      const body = await png(contents, job.reduce.bytesPerIndex / RGBA_BYTES)
      return { body, headers: { 'content-type': 'image/png', ...named(job.id, 'png') } }
    },
    check: async ({ body }) => await jobs.check(await readModule(body)),
    sharing,
    share({ body }) {
      compute.share(body)
      bus.publish('compute', { type: 'sharing' })
      return sharing()
    },
    sandbox: async () => ({ layers: [...(await compute.sandbox())] })
  }
}

function taskOptions(task: JobTask): Omit<JobOptions, 'group'> {
  switch (task.type) {
    case 'primes':
      return { module: 'primes', hi: task.hi, title: 'primes' }
    case 'mandelbrot':
      return {
        module: 'mandelbrot',
        hi: task.height,
        input: mandelbrotInput(task),
        reduce: { kind: 'concat', bytesPerIndex: RGBA_BYTES * task.width },
        media: 'image/rgba'
      }
    case 'module': {
      const { hash, hi, input, lo, media, reduce } = task
      return {
        module: { hash },
        hi,
        ...(lo !== undefined && { lo }),
        ...(reduce && { reduce }),
        ...(media !== undefined && { media }),
        ...(input !== undefined && { input: Buffer.from(input, 'base64') })
      }
    }
  }
}

function named(job: JobId, ending: string): Record<string, string> {
  return { 'content-disposition': `attachment; filename="${job.slice(0, 8)}.${ending}"` }
}

async function readModule(body: Readable): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > MODULE_BYTES) throw new BorgoError('MODULE_TOO_LARGE', `a module has at most ${MODULE_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
