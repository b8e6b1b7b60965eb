import type { ApiEvent, Job } from '@borgo/api'
import type { Context } from './cli.ts'
import { printable } from './printable.ts'

interface Progress {
  show(job: Job): void
  stop(): void
}

/**
 * Follows a job until it is over, or until Ctrl-C; returns how it is then. Progress goes to stderr: as a bar on a
 * terminal, as lines without one, not at all with `--json`.
 */
export async function followJob(context: Context, id: string): Promise<Job> {
  const { client, json, signal } = context
  const stop = new AbortController()
  const progress = json ? silent : process.stderr.isTTY ? await bar() : lines(context)
  try {
    const opened = Promise.withResolvers<void>()
    const listening = { signal: AbortSignal.any([signal, stop.signal]), onOpen: opened.resolve }
    const events = client.events(['compute'], listening)[Symbol.asyncIterator]()
    let next = events.next()
    // Listening begins before looking, so that nothing falls between the two.
    await Promise.race([opened.promise, next])
    for (;;) {
      const job = await client.compute.job({ params: { job: id } })
      progress.show(job)
      if (job.state !== 'running') return job
      for (let concerns = false; !concerns; next = events.next()) {
        const event = await next
        if (event.done === true) return job
        concerns = isNews(event.value, id)
      }
    }
  } finally {
    stop.abort()
    progress.stop()
  }
}

/** Parts come faster than anybody reads; the job itself changes at most once a second. */
function isNews(event: ApiEvent<'compute'>, id: string): boolean {
  return event.topic === 'reset' || (event.data.type === 'job' && event.data.job === id)
}

const silent: Progress = { show: () => undefined, stop: () => undefined }

const working = ({ workers }: Job): number => workers.filter(({ slots }) => slots > 0).length

async function bar(): Promise<Progress> {
  const { SingleBar, Presets } = await import('cli-progress')
  const format = '{bar} {percentage} % | {value} of {total} | {workers} working | {title}'
  const shown = new SingleBar({ format, hideCursor: true, stream: process.stderr }, Presets.shades_classic)
  let begun = false
  return {
    show(job) {
      const details = { workers: working(job), title: printable(job.title) }
      if (begun) shown.update(job.done, details)
      else shown.start(job.hi - job.lo, job.done, details)
      begun = true
    },
    stop: () => shown.stop()
  }
}

function lines({ note }: Context): Progress {
  let last = ''
  return {
    show(job) {
      const line = `${Math.floor((100 * job.done) / (job.hi - job.lo))} % done, ${working(job)} working`
      if (line !== last) note(line)
      last = line
    },
    stop: () => undefined
  }
}
