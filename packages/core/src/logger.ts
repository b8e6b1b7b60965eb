/** Plain values that stand beside a log message. Never a key, a token, an invitation link or a message's text. */
export type LogFields = Record<string, string | number | boolean | undefined>

/** Structured log. Levels as in pino; a node chooses where the lines go. */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** A logger whose lines carry `scope`, e.g. the plugin's name. */
  child(scope: string): Logger
}

const nothing = (): void => undefined

/** Discards everything: the default for embedders that pass no logger. */
export const silentLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLogger
}
