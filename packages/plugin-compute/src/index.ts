export { BUILTINS, isBuiltin, mandelbrotInput, readBuiltin } from './builtins.ts'
export type { Builtin, MandelbrotView } from './builtins.ts'
export { compute } from './compute.ts'
export type { Compute, ComputeOptions } from './compute.ts'
export type { ComputeCode, ModuleCode, PartCode } from './errors.ts'
export type {
  CheckedModule,
  Failure,
  JobId,
  JobOptions,
  JobState,
  JobView,
  Part,
  Reduce,
  Work,
  WorkerView
} from './job.ts'
export type { JobEvent, Jobs } from './jobs.ts'
export type { Priority, SandboxLayer } from './sandbox/sandbox.ts'
export type { Span } from './scheduler.ts'
export { readJobId } from './protocol.ts'
export type { Sharing } from './sharing.ts'
export { inspectModule } from './validate.ts'
export type { ModuleFacts } from './validate.ts'
