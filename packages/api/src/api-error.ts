import type { Problem } from './problem.ts'

/** Thrown by the client for every problem the node answers. Branch on `code`. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: string
  readonly status: number
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.code = problem.code
    this.status = problem.status
    this.problem = problem
  }
}
