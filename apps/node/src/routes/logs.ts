import { api, type LogLevel } from '@borgo/api'
import { serve, type Served } from '../http/area.ts'
import type { LogFile } from '../log/file.ts'
import { parseLine } from '../log/line.ts'

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

export function logsRoutes(file: LogFile): Served {
  return serve(api.logs, {
    tail({ query = {} }) {
      const { limit = 200, level = 'debug' } = query
      const wanted = new Set(LEVELS.slice(LEVELS.indexOf(level)))
      // Less urgent lines are dropped after reading, so read enough that some are left.
      return file
        .tail(level === 'debug' ? limit : Infinity)
        .map(parseLine)
        .filter(line => line !== undefined)
        .filter(line => wanted.has(line.level))
        .slice(-limit)
    }
  })
}
