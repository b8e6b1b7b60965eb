import { coreError } from '../errors.ts'

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const DAY_MINUTES = 1_440
const WINDOW = /^(?:(daily)|([a-z]{3})(?:-([a-z]{3}))?) (\d\d):(\d\d)-(\d\d):(\d\d)$/
const MAX_WINDOWS = 14

/** Times of the week, local to this machine. */
export interface Schedule {
  /** As written, in one spelling. */
  readonly text: string
  /** Whether `ms` (since 1970) lies in it. */
  holds(ms: number): boolean
}

interface Window {
  days: Set<number>
  /** Minutes of the day; beyond midnight when `to` is not after `from`. */
  from: number
  to: number
}

/**
 * Reads `mon-fri 08:00-18:00, sat 09:00-12:00` or `daily 22:00-06:00`: days, from and (exclusive) to; what passes midnight
 * belongs to the day it began on. Throws BAD_SCHEDULE.
 */
export function parseSchedule(written: string): Schedule {
  const parts = written.toLowerCase().split(',', MAX_WINDOWS + 1)
  if (parts.length > MAX_WINDOWS) throw bad(written)
  const texts = parts.map(part => part.trim().replaceAll(/ +/g, ' '))
  const windows = texts.map(text => parseWindow(text, written))

  return {
    text: texts.join(', '),
    holds(ms) {
      const date = new Date(ms)
      const minute = date.getHours() * 60 + date.getMinutes()
      const day = date.getDay()
      return windows.some(window => isWithin(window, day, minute))
    }
  }
}

function isWithin({ days, from, to }: Window, day: number, minute: number): boolean {
  if (from < to) return days.has(day) && minute >= from && minute < to
  return (days.has(day) && minute >= from) || (days.has((day + 6) % 7) && minute < to)
}

function parseWindow(text: string, written: string): Window {
  const [, daily, first = '', last = first, ...times] = WINDOW.exec(text) ?? []
  const [fromHour = NaN, fromMinute = NaN, toHour = NaN, toMinute = NaN] = times.map(Number)
  const from = fromHour * 60 + fromMinute
  const to = toHour * 60 + toMinute
  const isTime = fromMinute < 60 && toMinute < 60 && from < DAY_MINUTES && to <= DAY_MINUTES
  const begin = daily ? 0 : DAYS.indexOf(first)
  const end = daily ? 6 : DAYS.indexOf(last)
  if (!isTime || begin < 0 || end < 0) throw bad(written)
  const length = (end - begin + 7) % 7
  return { days: new Set(Array.from({ length: length + 1 }, (_, index) => (begin + index) % 7)), from, to }
}

const bad = (written: string): Error =>
  coreError(
    'BAD_SCHEDULE',
    `not times of the week: ${JSON.stringify(written.slice(0, 100))}; write mon-fri 08:00-18:00 or daily 22:00-06:00`
  )
