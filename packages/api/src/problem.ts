import { Type, type Static } from 'typebox'

/** Every error answer: RFC 9457 `application/problem+json`. */
export const Problem = Type.Object({
  type: Type.String({ description: 'urn:borgo:problem: and the code' }),
  title: Type.String({ description: 'The meaning of the HTTP status' }),
  status: Type.Integer({ minimum: 400, maximum: 599 }),
  code: Type.String({ description: 'What to branch on; never reused for another meaning' }),
  detail: Type.String({ description: 'For a person: what went wrong and what helps' }),
  request: Type.String({ description: 'Id of the request, as in the log' }),
  errors: Type.Optional(
    Type.Array(Type.Object({ path: Type.String(), message: Type.String() }), {
      description: 'For VALIDATION: which field and why'
    })
  )
})
export type Problem = Static<typeof Problem>

/** Codes that every route may answer, with their status. */
export const commonProblems = {
  VALIDATION: 400,
  BAD_REQUEST: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  TIMEOUT: 504,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  WRONG_HOST: 421,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  BUSY: 503,
  PLUGIN_STOPPED: 503,
  STOPPED: 503,
  DEVICE_STOPPED: 409,
  DISK_FULL: 507,
  QUOTA_EXCEEDED: 507,
  STORAGE_LIMIT: 507
} as const
