import { BorgoError } from '@borgo/core'

/** Why a module is refused, before any of it has run. */
export type ModuleCode =
  /** Not WebAssembly, or not version 1. */
  | 'MODULE_NOT_WASM'
  | 'MODULE_TOO_LARGE'
  | 'MODULE_MALFORMED'
  /** Asks the host for something other than `env.memory`. */
  | 'MODULE_IMPORT'
  /** Defines its own memory, needs more than the limit, or wants shared or 64-bit memory. */
  | 'MODULE_MEMORY'
  | 'MODULE_TABLE'
  /** Uses a feature outside the list that every worker computes alike (threads, relaxed SIMD, exceptions …). */
  | 'MODULE_INSTRUCTION'
  /** Lacks `run`, or exports it with another type. */
  | 'MODULE_EXPORT'
  /** The engine does not compile or link it, or its start function fails. */
  | 'MODULE_COMPILE'

/** Why one part could not be computed. */
export type PartCode =
  /** The module trapped: its own mistake, or an `abort`. */
  | 'PART_TRAP'
  /** Ran longer than the time limit and was killed. */
  | 'PART_TIMEOUT'
  /** Failed with its memory at the limit. */
  | 'PART_MEMORY'
  /** The result lies outside the module's memory, or its length is not what the job's reducer needs. */
  | 'PART_OUTPUT'
  /** The process that ran it died. */
  | 'PART_CRASHED'

/** Every code that this package throws; also the reasons that members tell each other. */
export type ComputeCode =
  | ModuleCode
  | PartCode
  | 'BAD_JOB'
  | 'BAD_MESSAGE'
  | 'COORDINATOR_FAILED'
  | 'DISK_FULL'
  | 'FORBIDDEN'
  | 'GROUP_UNKNOWN'
  | 'JOB_CANCELLED'
  | 'JOB_UNKNOWN'
  | 'MODULE_UNKNOWN'
  | 'NOT_SHARED'
  | 'RESULT_ELSEWHERE'
  | 'SANDBOX_FAILED'
  | 'STOPPED'

/** Makes an error of this package; the code is checked against `ComputeCode`. */
export function computeError<Code extends ComputeCode>(code: Code, message: string, cause?: unknown): BorgoError<Code> {
  return new BorgoError(code, message, cause === undefined ? undefined : { cause })
}
