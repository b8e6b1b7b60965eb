import { Type, type Static } from 'typebox'
import { area } from './route.ts'
import { AccountId, DeviceId, GroupId, Name, Timestamp } from './values.ts'

const JobId = Type.String({ pattern: '^[0-9a-f]{32}$', description: 'A job' })
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256, hex' })
const Index = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const Count = Type.Integer({ minimum: 0 })

/** Why something failed or was refused; the codes are those of plugin-compute. */
export const ComputeFailure = Type.Object({ code: Type.String(), text: Type.String() })
export type ComputeFailure = Static<typeof ComputeFailure>

export const JobWorker = Type.Object({
  device: DeviceId,
  name: Type.Optional(Type.String({ description: 'Whose it is, as the group knows them' })),
  self: Type.Boolean({ description: 'This node' }),
  slots: Type.Integer({ minimum: 0, description: 'Parts that it runs side by side; 0: away, or shares nothing now' }),
  parts: Type.Integer({ minimum: 0, description: 'Accepted parts' }),
  indices: Type.Integer({ minimum: 0, description: 'Indices in them' }),
  speed: Type.Optional(Type.Number({ minimum: 0, description: 'Indices per second of one slot, as measured' })),
  running: Type.Array(Type.Object({ lo: Index, hi: Index }), { description: 'Parts that it has now' }),
  refusal: Type.Optional(ComputeFailure)
})
export type JobWorker = Static<typeof JobWorker>

const Reduce = Type.Union([
  Type.Object({ kind: Type.Literal('sum') }),
  Type.Object({ kind: Type.Literal('concat'), bytesPerIndex: Type.Integer({ minimum: 1, maximum: 1_048_576 }) })
])

export const Job = Type.Object({
  id: JobId,
  group: GroupId,
  title: Type.String(),
  module: Hash,
  lo: Index,
  hi: Index,
  reduce: Reduce,
  media: Type.String({ description: 'What a concatenation is: image/rgba for rows of pixels' }),
  coordinator: DeviceId,
  account: AccountId,
  owner: Type.Optional(Type.String({ description: 'Whose job it is, as the group knows them' })),
  local: Type.Boolean({ description: 'This node coordinates it and holds its result' }),
  state: Type.Union([Type.Literal('running'), Type.Literal('done'), Type.Literal('failed'), Type.Literal('cancelled')]),
  startedAt: Timestamp,
  finishedAt: Type.Optional(Timestamp),
  done: Type.Integer({ minimum: 0, description: 'Accepted indices; for jobs of others, as last heard' }),
  workers: Type.Array(JobWorker),
  sum: Type.Optional(Type.String({ description: 'In decimal' })),
  resultHash: Type.Optional(Hash),
  failure: Type.Optional(ComputeFailure)
})
export type Job = Static<typeof Job>

export const JobPart = Type.Object({
  lo: Index,
  hi: Index,
  worker: DeviceId,
  ms: Type.Number({ minimum: 0, description: 'Time in the module' })
})
export type JobPart = Static<typeof JobPart>

export const ModuleReport = Type.Object({
  hash: Hash,
  sizeBytes: Count,
  functions: Count,
  minPages: Type.Integer({ minimum: 0, description: 'Memory that it needs, pages of 64 KiB' }),
  maxPages: Type.Optional(Count),
  takesInput: Type.Boolean()
})
export type ModuleReport = Static<typeof ModuleReport>

const JobTask = Type.Union([
  Type.Object(
    { type: Type.Literal('primes'), hi: Type.Integer({ minimum: 1, maximum: 2 ** 40 }) },
    { description: 'Count the primes below hi' }
  ),
  Type.Object(
    {
      type: Type.Literal('mandelbrot'),
      width: Type.Integer({ minimum: 1, maximum: 4_096 }),
      height: Type.Integer({ minimum: 1, maximum: 4_096 }),
      iterations: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
      x: Type.Number(),
      y: Type.Number(),
      span: Type.Number({ exclusiveMinimum: 0, description: 'What the width covers' })
    },
    { description: 'Paint a picture; each row is an index' }
  ),
  Type.Object(
    {
      type: Type.Literal('module'),
      hash: Hash,
      lo: Type.Optional(Index),
      hi: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
      input: Type.Optional(Type.String({ contentEncoding: 'base64', maxLength: 87_384, description: 'base64' })),
      reduce: Type.Optional(Reduce),
      media: Type.Optional(Type.String({ maxLength: 100 }))
    },
    { description: 'Map a module that was checked here over a range' }
  )
])
export type JobTask = Static<typeof JobTask>

export const Sharing = Type.Object({
  on: Type.Boolean({ description: 'This node computes for other members of its groups' }),
  slots: Type.Integer({ minimum: 1, maximum: 256, description: 'Parts that it runs side by side' }),
  work: Type.Array(
    Type.Object({
      job: JobId,
      group: GroupId,
      title: Type.String(),
      device: DeviceId,
      name: Type.Optional(Type.String({ description: 'For whom, as the group knows them' })),
      running: Type.Integer({ minimum: 0, description: 'Parts that run or wait here' }),
      parts: Type.Integer({ minimum: 0, description: 'Parts done' })
    }),
    { description: 'What it works on for others now' }
  )
})
export type Sharing = Static<typeof Sharing>

export const ComputeEvent = Type.Union([
  Type.Object({ type: Type.Literal('job'), group: GroupId, job: JobId }),
  Type.Object({ type: Type.Literal('part'), group: GroupId, job: JobId, lo: Index, hi: Index, worker: DeviceId }),
  Type.Object({ type: Type.Literal('sharing') })
])
export type ComputeEvent = Static<typeof ComputeEvent>

const ByJob = Type.Object({ job: JobId })

export const compute = area({
  name: 'compute',
  routes: {
    jobs: {
      method: 'GET',
      path: '/compute/jobs',
      summary: 'The jobs of all groups or of one: own ones, then those of others, each latest first',
      query: Type.Object({ group: Type.Optional(GroupId) }),
      response: Type.Array(Job)
    },
    start: {
      method: 'POST',
      path: '/compute/jobs',
      summary: "Begin a job over a group's members; answers when it is on disk and in the group's log",
      body: Type.Object({
        group: GroupId,
        title: Type.Optional(Name),
        task: JobTask,
        memoryBytes: Type.Optional(Type.Integer({ minimum: 65_536, maximum: 268_435_456, multipleOf: 65_536 })),
        limitMs: Type.Optional(Type.Integer({ minimum: 10, maximum: 600_000, description: 'For one part' }))
      }),
      response: Job,
      status: 201
    },
    job: { method: 'GET', path: '/compute/jobs/:job', summary: 'One job', params: ByJob, response: Job },
    cancel: {
      method: 'POST',
      path: '/compute/jobs/:job/cancel',
      summary: 'End a running job of this node',
      params: ByJob,
      response: Job
    },
    parts: {
      method: 'GET',
      path: '/compute/jobs/:job/parts',
      summary: 'The accepted parts of a job of this node, by their indices',
      params: ByJob,
      query: Type.Object({
        from: Type.Optional(Index),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 1_000 }))
      }),
      response: Type.Array(JobPart)
    },
    part: {
      method: 'GET',
      path: '/compute/jobs/:job/parts/:lo',
      summary: 'What the part that begins with an index gave',
      params: Type.Object({ job: JobId, lo: Index }),
      response: 'bytes'
    },
    result: {
      method: 'GET',
      path: '/compute/jobs/:job/result',
      summary: 'The concatenation of a job of this node, also while it runs: what is missing is zero',
      params: ByJob,
      query: Type.Object({
        format: Type.Optional(
          Type.Union([Type.Literal('raw'), Type.Literal('png')], { description: 'png: of image/rgba', default: 'raw' })
        )
      }),
      response: 'bytes'
    },
    check: {
      method: 'POST',
      path: '/compute/modules',
      summary: 'Check a WebAssembly module, and keep it for a while so that a job can name it by its hash',
      body: 'bytes',
      response: ModuleReport
    },
    sharing: {
      method: 'GET',
      path: '/compute/sharing',
      summary: 'What this node gives to jobs of others',
      response: Sharing
    },
    share: {
      method: 'PUT',
      path: '/compute/sharing',
      summary: 'Switch sharing on or off, and say with how many slots',
      body: Type.Object({ on: Type.Optional(Type.Boolean()), slots: Type.Optional(Sharing.properties.slots) }),
      response: Sharing
    },
    sandbox: {
      method: 'GET',
      path: '/compute/sandbox',
      summary: 'What holds modules in on this computer, found out by trying',
      response: Type.Object({ layers: Type.Array(Type.String()) })
    }
  },
  events: { compute: ComputeEvent },
  problems: {
    BAD_JOB: 400,
    GROUP_UNKNOWN: 404,
    JOB_UNKNOWN: 404,
    MODULE_COMPILE: 422,
    MODULE_EXPORT: 422,
    MODULE_IMPORT: 422,
    MODULE_INSTRUCTION: 422,
    MODULE_MALFORMED: 422,
    MODULE_MEMORY: 422,
    MODULE_NOT_WASM: 422,
    MODULE_TABLE: 422,
    MODULE_TOO_LARGE: 413,
    MODULE_UNKNOWN: 404,
    PART_CRASHED: 422,
    PART_MEMORY: 422,
    PART_TIMEOUT: 422,
    PART_UNKNOWN: 404,
    RESULT_ELSEWHERE: 409,
    SANDBOX_FAILED: 503
  }
})
