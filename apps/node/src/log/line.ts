import type { LogLine } from '@borgo/api'

/** A line of the log file as a value; undefined for one that was cut short. */
export function parseLine(text: string): LogLine | undefined {
  try {
    const { at, level, scope = '', message = '', fields = {} } = JSON.parse(text) as Partial<LogLine>
    return at === undefined || level === undefined ? undefined : { at, level, scope, message, fields }
  } catch {
    return undefined
  }
}

/** A line for a person at a terminal. */
export function formatLine({ at, level, scope, message, fields }: LogLine): string {
  const time = new Date(at).toISOString().slice(11, 23)
  const details = Object.entries(fields).map(([key, value]) => `${key}=${String(value)}`)
  return [time, level.padEnd(5), scope, message, ...details].filter(part => part !== '').join(' ')
}
