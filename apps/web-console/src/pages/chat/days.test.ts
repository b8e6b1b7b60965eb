import type { Message } from '@borgo/api'
import { describe, expect, it } from 'vitest'
import { daysAgo, withBreaks } from './days.ts'

const MINUTE_MS = 60_000
const at = (text: string): number => new Date(text).getTime()
const message = (account: string, sentAt: number) => ({ account, sentAt }) as Message

describe('withBreaks', () => {
  it('[U-15] begins a day at every local midnight and a turn with every author', () => {
    const shown = withBreaks([
      message('ada', at('2026-03-01T23:58')),
      message('ada', at('2026-03-01T23:59')),
      message('ada', at('2026-03-02T00:01')),
      message('bruno', at('2026-03-02T00:02'))
    ])
    expect(shown.map(({ beginsDay }) => beginsDay)).toEqual([true, false, true, false])
    expect(shown.map(({ beginsTurn }) => beginsTurn)).toEqual([true, false, true, true])
  })

  it('[U-15] begins a turn when an author was silent for more than five minutes', () => {
    const first = at('2026-03-01T12:00')
    const shown = withBreaks([0, 5 * MINUTE_MS, 10 * MINUTE_MS + 1].map(after => message('ada', first + after)))
    expect(shown.map(({ beginsTurn }) => beginsTurn)).toEqual([true, false, true])
  })
})

it('[U-15] counts days by the calendar, also over a change of clocks', () => {
  expect(daysAgo(at('2026-03-29T23:59'), at('2026-03-30T00:01'))).toBe(1)
  expect(daysAgo(at('2026-03-28T12:00'), at('2026-03-30T00:01'))).toBe(2)
  expect(daysAgo(at('2026-03-30T00:00'), at('2026-03-30T23:59'))).toBe(0)
})
