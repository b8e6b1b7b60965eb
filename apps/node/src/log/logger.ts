import type { LogLevel, LogLine } from '@borgo/api'
import type { Logger } from '@borgo/core'
import { pino } from 'pino'
import { parseLine } from './line.ts'
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
