import { expect, it } from 'vitest'
import type { LogLine } from '@borgo/api'
import { formatLine } from './line.ts'
import { createLogger } from './logger.ts'

function collect(level: LogLine['level'] = 'debug') {
  const lines: LogLine[] = []
  const texts: string[] = []
  const logger = createLogger(level, [(text, line) => void (lines.push(line), texts.push(text))])
  return { logger, lines, texts }
}

it('[N-61] gives each line its time, level, scope, message and fields', () => {
  const { logger, lines, texts } = collect('info')
  logger.debug('not wanted')
  logger.child('rtc').warn('slow', { ms: 5, peer: 'p' })
  expect(lines).toEqual([
    { at: lines[0]!.at, level: 'warn', scope: 'rtc', message: 'slow', fields: { ms: 5, peer: 'p' } }
  ])
  expect(texts[0]).toMatch(/\n$/)
  expect(formatLine(lines[0]!)).toMatch(/^\d\d:\d\d:\d\d\.\d{3} warn {2}rtc slow ms=5 peer=p$/)
})

it('[N-18] never writes a secret, whoever logs it', () => {
  const { logger, texts } = collect()
  const secret = `borgo_t_${'x'.repeat(43)}`
  logger.info(`sent ${secret}`, { link: 'borgo:join/abc', url: `http://127.0.0.1:1/#token=borgo_l_${'y'.repeat(43)}` })
  expect(texts.join('')).not.toMatch(/x{43}|y{43}|join\/abc/)
  expect(texts.join('')).toContain('[secret]')
})
