import type { LogLevel, LogLine } from '@borgo/api'
import type { LogFields, Logger } from '@borgo/core'
import { pino } from 'pino'
import { withoutSecrets } from './secrets.ts'

/** Where a line goes: as JSON text with its line break, and as a value. */
export type LogSink = (text: string, line: LogLine) => void

/** A logger that writes each line to every sink, without secrets. */
export function createLogger(level: LogLevel, sinks: readonly LogSink[]): Logger {
  const root = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      formatters: { level: name => ({ level: name }) },
      timestamp: () => `,"at":${Date.now()}`
    },
    {
      write(raw: string) {
        const text = withoutSecrets(raw)
        const line = parseLine(text)
        if (line) for (const sink of sinks) sink(text, line)
      }
    }
  )
  const wrap = (target: pino.Logger): Logger => ({
    debug: (message, fields) => target.debug({ fields }, message),
    info: (message, fields) => target.info({ fields }, message),
    warn: (message, fields) => target.warn({ fields }, message),
    error: (message, fields) => target.error({ fields }, message),
    child: scope => wrap(target.child({ scope }))
  })
  return wrap(root)
}

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
  const details = Object.entries(fields as LogFields).map(([key, value]) => `${key}=${String(value)}`)
  return [time, level.padEnd(5), scope, message, ...details].filter(part => part !== '').join(' ')
}
