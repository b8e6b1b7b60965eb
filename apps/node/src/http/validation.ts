import type { TSchema } from 'typebox'
import Compile from 'typebox/compile'

export type RequestPart = 'body' | 'querystring' | 'params'

/** A copy of a schema that accepts no properties but those it names, at every depth. */
export function closed<S extends object>(schema: S): S {
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy)
    if (typeof value !== 'object' || value === null) return value
    const result = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copy(part)]))
    const open = result.type === 'object' && 'properties' in result && !('additionalProperties' in result)
    return open ? { ...result, additionalProperties: false } : result
  }
  return copy(schema) as S
}

/** One reason why a value is not as its schema says. */
export interface Failure {
  message: string
  /** JSON pointer */
  instancePath: string
}

/** Returns the checked value, or the reasons against it. Schemas are compiled on first use. */
export function validator(
  schema: TSchema,
  part: RequestPart
): (given: unknown) => { value: unknown } | { failures: Failure[] } {
  let strict: ReturnType<typeof Compile> | undefined
  let lenient: ReturnType<typeof Compile> | undefined
  const convert = (given: unknown): unknown => (lenient ??= Compile(schema)).Convert(given)
  return given => {
    strict ??= Compile(closed(schema))
    // Text becomes numbers and booleans only where everything is text: a body means what it says.
    const value = part === 'body' ? given : convert(given)
    if (strict.Check(value)) return { value }
    const failures = strict.Errors(value).map(({ instancePath, keyword, message, params, schemaPath }) => {
      const limit = keyword === 'maxLength' && 'limit' in params ? Number(params.limit) : undefined
      const isTooMuch = limit !== undefined && isBase64(schema, schemaPath)
      return { message: isTooMuch ? tooMuch(limit) : message, instancePath }
    })
    return { failures }
  }
}

/** Who sends data thinks of bytes, not of the characters of their base64. */
function tooMuch(characters: number): string {
  return `must not be more than ${Math.floor(((characters / 4) * 3) / 1_024)} KiB`
}

/** `path`: a JSON pointer to a part of the schema, after a `#`. */
function isBase64(schema: TSchema, path: string): boolean {
  let part: unknown = schema
  for (const key of path.split('/').slice(1)) part = (part as Record<string, unknown> | undefined)?.[key]
  return (part as { contentEncoding?: string } | undefined)?.contentEncoding === 'base64'
}
