import { createReadStream, createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import type { Job, JobTask, JobWorker, ModuleReport, Sharing } from '@borgo/api'
import { BorgoError } from '@borgo/core/errors'
import { Argument, InvalidArgumentError, type Command } from 'commander'
import { nodeError } from '../errors.ts'
import { action, type Context } from './cli.ts'
import { findGroup } from './find-group.ts'
import { followJob } from './follow-job.ts'
import { pick } from './pick.ts'
import { printable } from './printable.ts'
import { formatBytes, formatTime, list, table } from './table.ts'
import { integer } from './values.ts'

interface RunOptions {
  title?: string
  detach?: boolean
  out?: string
  from: number
  to?: number
  input?: string
  bytesPerIndex?: number
  memory?: number
  limit?: number
  width: number
  height: number
  iterations: number
  x: number
  y: number
  span: number
}

const MIB = 1024 * 1024

export function computeCommands(program: Command): void {
  const compute = program.command('compute').description("jobs over a group's computers")
  runCommand(compute)
  compute
    .command('list', { isDefault: true })
    .description('show the jobs: own ones first, each latest first')
    .option('--group <group>', 'only those of one group')
    .action(
      action(async ({ client, signal, show }, options: { group?: string }) => {
        const query = options.group === undefined ? {} : { group: (await findGroup(client, options.group, signal)).id }
        show(await client.compute.jobs({ query, signal }), jobsText)
      })
    )
  compute
    .command('show')
    .description('show one job, with what each worker did')
    .argument('<job>', 'its id, or the beginning of it')
    .action(action(async (context, text: string) => context.show(await findJob(context, text), jobText)))
  compute
    .command('watch')
    .description('show how a job goes on, until it is over')
    .argument('<job>', 'its id, or the beginning of it')
    .action(
      action(async (context, text: string) => {
        const { id } = await findJob(context, text)
        finished(await followJob(context, id), context)
      })
    )
  compute
    .command('result')
    .description('print the sum, or write what was computed to a file')
    .argument('<job>', 'its id, or the beginning of it')
    .option('--out <file>', 'a picture as .png, everything else as it is')
    .action(
      action(async (context, text: string, { out }: { out?: string }) => {
        const job = await findJob(context, text)
        if (job.reduce.kind === 'sum') context.show(job, ({ sum }) => sum ?? 'not there yet')
        else if (out === undefined) throw nodeError('USAGE', 'say where to with --out <file>')
        else await save(context, job, out)
      })
    )
  compute
    .command('cancel')
    .description('end a running job of this node')
    .argument('<job>', 'its id, or the beginning of it')
    .action(
      action(async (context, text: string) => {
        const { client, show, signal } = context
        const { id: job } = await findJob(context, text)
        show(await client.compute.cancel({ params: { job }, signal }), jobText)
      })
    )
  compute
    .command('share')
    .description('show or choose what this node computes for other members of its groups')
    .addArgument(new Argument('[switch]', 'whether it does').choices(['on', 'off']))
    .option('--slots <number>', 'how many parts side by side', integer(1, 256))
    .action(
      action(async (context, turn?: 'on' | 'off' | ShareOptions, given?: ShareOptions) => {
        const { client, show, signal } = context
        const { slots } = given ?? (turn as ShareOptions)
        const on = typeof turn === 'string' ? turn === 'on' : undefined
        const body = { ...(on !== undefined && { on }), ...(slots !== undefined && { slots }) }
        const changed = Object.keys(body).length > 0
        show(await (changed ? client.compute.share({ body, signal }) : client.compute.sharing({ signal })), sharingText)
      })
    )
  compute
    .command('check')
    .description('check a WebAssembly module: what it needs, or exactly why it would be refused')
    .argument('<file>')
    .action(action(async (context, file: string) => context.show(await check(context, file), reportText)))
}

interface ShareOptions {
  slots?: number
}

function runCommand(compute: Command): void {
  compute
    .command('run')
    .description('begin a job and wait for its result: primes, mandelbrot, or a WebAssembly module of your own')
    .argument('<group>', 'by name or id')
    .argument('<module>', 'primes, mandelbrot or a .wasm file')
    .option('--title <title>', 'what the others see')
    .option('--detach', 'only begin it and print its id')
    .option('--out <file>', 'where to write what was computed; a picture as .png')
    .option('--from <index>', 'the first index', integer(0, Number.MAX_SAFE_INTEGER), 0)
    .option('--to <index>', 'the index after the last (primes: count those below)', integer(1, Number.MAX_SAFE_INTEGER))
    .option('--input <file>', 'given to the module, at most 64 KiB')
    .option('--bytes-per-index <bytes>', 'put the results together instead of summing', integer(1, MIB))
    .option('--memory <MiB>', "most memory for the module on each worker's side", integer(1, 256))
    .option('--limit <ms>', 'most time for one part', integer(10, 600_000))
    .option('--width <pixels>', 'mandelbrot: of the picture', integer(1, 4_096), 800)
    .option('--height <pixels>', 'mandelbrot: of the picture', integer(1, 4_096), 600)
    .option('--iterations <number>', 'mandelbrot: most rounds for a pixel', integer(1, 1_000_000), 1_000)
    .option('--x <number>', 'mandelbrot: the centre', number, -0.6)
    .option('--y <number>', 'mandelbrot: the centre', number, 0)
    .option('--span <number>', 'mandelbrot: what the width covers', number, 3.2)
    .action(
      action(async (context, group: string, module: string, options: RunOptions) => {
        const { client, note, show, signal } = context
        const { detach = false, limit, memory, out, title } = options
        const task = await taskOf(context, module, options)
        if (out === undefined && task.type === 'mandelbrot' && !detach)
          throw nodeError('USAGE', 'say where the picture goes with --out <file.png>, or --detach')
        const body = {
          group: (await findGroup(client, group, signal)).id,
          task,
          ...(title !== undefined && { title }),
          ...(limit !== undefined && { limitMs: limit }),
          ...(memory !== undefined && { memoryBytes: memory * MIB })
        }
        const begun = await client.compute.start({ body, signal })
        if (detach) return show(begun, ({ id }) => id)
        const job = await followJob(context, begun.id)
        if (signal.aborted && job.state === 'running') return note(`it goes on: \`borgo compute watch ${begun.id}\``)
        finished(job, context)
        if (out !== undefined && job.state === 'done') await save(context, job, out)
      })
    )
}

async function taskOf(context: Context, module: string, options: RunOptions): Promise<JobTask> {
  const { bytesPerIndex, from, height, input, iterations, span, to, width, x, y } = options
  if (module === 'mandelbrot') return { type: 'mandelbrot', width, height, iterations, x, y, span }
  if (to === undefined) throw nodeError('USAGE', 'say how far with --to <index>')
  if (module === 'primes') return { type: 'primes', hi: to }
  const { hash } = await check(context, module)
  return {
    type: 'module',
    hash,
    lo: from,
    hi: to,
    ...(input !== undefined && { input: (await readFile(input)).toString('base64') }),
    ...(bytesPerIndex !== undefined && { reduce: { kind: 'concat', bytesPerIndex } })
  }
}

async function check({ client, signal }: Context, file: string): Promise<ModuleReport> {
  const body = Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>
  return await client.compute.check({ body, signal })
}

/** Shows how a job ended; throws when it failed. */
function finished(job: Job, { show }: Context): void {
  if (job.failure) throw new BorgoError(job.failure.code, `the job failed: ${job.failure.text}`)
  show(job, jobText)
}

async function save({ client, note, signal }: Context, { id: job, media }: Job, file: string): Promise<void> {
  const format = media === 'image/rgba' && file.endsWith('.png') ? 'png' : 'raw'
  const response = await client.compute.result({ params: { job }, query: { format }, signal })
  if (response.body) await pipeline(Readable.fromWeb(response.body as NodeStream), createWriteStream(file))
  note(`written to ${file}`)
}

async function findJob({ client, signal }: Context, text: string): Promise<Job> {
  const jobs = await client.compute.jobs({ signal })
  return pick(jobs, text, {
    idOf: ({ id }) => id,
    list: 'borgo compute list',
    unknown: () => new BorgoError('JOB_UNKNOWN', `no job is called ${text}: \`borgo compute list\` shows what there is`)
  })
}

function number(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('a number is wanted')
  return value
}

const percent = ({ done, hi, lo }: Job): string => `${Math.floor((100 * done) / (hi - lo))} %`

function jobsText(jobs: Job[]): string {
  if (jobs.length === 0) return 'no jobs yet: `borgo compute run <group> primes --to 100000000` begins one'
  return table(
    ['job', 'begun', 'state', 'done', 'by', 'title', 'result'],
    jobs.map(job => [
      job.id.slice(0, 8),
      formatTime(job.startedAt),
      job.state,
      percent(job),
      printable(job.owner ?? job.account),
      printable(job.title),
      job.sum ?? job.failure?.code ?? ''
    ])
  )
}

function jobText(job: Job): string {
  const { failure, finishedAt, hi, id, lo, media, owner, account, resultHash, startedAt, state, sum, title, workers } =
    job
  const pairs: [string, string][] = [
    ['job', id],
    ['title', printable(title)],
    ['by', printable(owner ?? account)],
    ['range', `${lo} to ${hi - 1}`],
    ['state', `${state}, ${percent(job)} done`],
    ['begun', formatTime(startedAt)]
  ]
  if (finishedAt !== undefined) pairs.push(['took', `${((finishedAt - startedAt) / 1_000).toFixed(1)} s`])
  if (sum !== undefined) pairs.push(['sum', sum])
  if (resultHash !== undefined) pairs.push(['result', `${media}, SHA-256 ${resultHash}`])
  if (failure) pairs.push(['failed', `${failure.code}: ${printable(failure.text)}`])
  return [list(pairs), ...(workers.length > 0 ? ['', workersText(workers)] : [])].join('\n')
}

function workersText(workers: JobWorker[]): string {
  return table(
    ['worker', 'slots', 'parts', 'indices', 'per second', 'now'],
    workers.map(({ device, indices, name, parts, refusal, running, self, slots, speed }) => [
      self ? 'this node' : printable(name ?? device),
      slots === 0 ? '' : String(slots),
      String(parts),
      String(indices),
      speed === undefined ? '' : speed.toPrecision(3),
      refusal
        ? `refuses: ${refusal.code}: ${printable(refusal.text)}`
        : running.length > 0
          ? `${running.length} ${running.length === 1 ? 'part' : 'parts'}`
          : ''
    ])
  )
}

function sharingText({ on, slots, work }: Sharing): string {
  const state = on
    ? `computes for members of your groups with ${slots} ${slots === 1 ? 'slot' : 'slots'}`
    : 'computes for nobody else'
  if (work.length === 0) return `this node ${state}`
  const rows = work.map(({ device, name, parts, running, title }) => [
    printable(title),
    printable(name ?? device),
    String(parts),
    String(running)
  ])
  return `this node ${state}\n\n${table(['job', 'for', 'parts', 'running'], rows)}`
}

function reportText({ functions, hash, maxPages, minPages, sizeBytes, takesInput }: ModuleReport): string {
  const most = maxPages === undefined ? '' : `, at most ${formatBytes(maxPages * 65_536)}`
  return list([
    ['module', hash],
    ['size', formatBytes(sizeBytes)],
    ['functions', String(functions)],
    ['memory', `${formatBytes(minPages * 65_536)}${most}`],
    ['input', takesInput ? 'yes' : 'no']
  ])
}
