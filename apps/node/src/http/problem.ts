import { STATUS_CODES } from 'node:http'
import { commonProblems, type Area, type Problem } from '@borgo/api'
import { BorgoError } from '@borgo/core'

/** Error codes that the HTTP layer itself throws. */
export type HttpCode = Exclude<keyof typeof commonProblems, 'INTERNAL'> | 'LINK_UNKNOWN'

export function httpError(code: HttpCode, message: string): BorgoError<HttpCode> {
  return new BorgoError(code, message)
}

/** Code → status over all areas. */
export function problemTable(areas: readonly Area[]): ReadonlyMap<string, number> {
  return new Map([...Object.entries(commonProblems), ...areas.flatMap(({ problems }) => Object.entries(problems))])
}

/**
 * What an error looks like from outside. Only errors whose code stands in the table show their text, which is written
 * for the local person; everything else is `INTERNAL` and stays in the log.
 */
export function problemOf(error: unknown, table: ReadonlyMap<string, number>, request: string): Problem {
  const make = (status: number, code: string, detail: string, errors?: Problem['errors']): Problem => ({
    type: `urn:borgo:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
    detail,
    request,
    ...(errors && { errors })
  })
  const { code = '', statusCode, validation, message, path } = shape(error)
  if (validation) {
    const errors = validation.map(({ instancePath, message }) => ({
      path: path + instancePath,
      message: message ?? ''
    }))
    const first = errors[0] ? `${errors[0].path} ${errors[0].message}` : 'not as described'
    return make(400, 'VALIDATION', `the request is not as the API describes it: ${first}`, errors)
  }
  const status = table.get(code)
  if (status !== undefined) return make(status, code, message)
  const refused = FRAMEWORK_CODES.get(code)
  if (refused) return make(commonProblems[refused], refused, message)
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return make(400, 'BAD_REQUEST', message)
  return make(500, 'INTERNAL', `an unexpected error; the log has it under request ${request}`)
}

/** Fastify's own refusals; https://fastify.dev/docs/latest/Reference/Errors. */
const FRAMEWORK_CODES: ReadonlyMap<string, keyof typeof commonProblems> = new Map([
  ['FST_ERR_CTP_BODY_TOO_LARGE', 'TOO_LARGE'],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 'UNSUPPORTED_MEDIA_TYPE'],
  ['FST_ERR_NOT_FOUND', 'NOT_FOUND']
])

interface Shape {
  code?: string
  statusCode?: number
  validation?: { instancePath: string; message?: string }[]
  /** Where the validated part stands: `/body`, `/query` or `/params`. */
  path: string
  message: string
}

function shape(error: unknown): Shape {
  if (!(error instanceof Error)) return { path: '', message: String(error) }
  const { code, statusCode, validation, validationContext } = error as Error & {
    code?: string
    statusCode?: number
    validation?: Shape['validation']
    validationContext?: string
  }
  return {
    message: error.message,
    path: validationContext === undefined ? '' : `/${validationContext}`,
    ...(code !== undefined && { code }),
    ...(statusCode !== undefined && { statusCode }),
    ...(validation && { validation })
  }
}
