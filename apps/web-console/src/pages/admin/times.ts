/** Of the week, as the node writes them. */
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof DAYS)[number]

/** Days from the first to the last, at each of them from a time to another, `HH:MM`; beyond midnight where `to` is not later. */
export interface Times {
  first: Day
  last: Day
  from: string
  to: string
}

const dayOf = (text: string | undefined): Day | undefined => DAYS.find(day => day === text)

/** What the node says of when a limit holds: `mon-fri 08:00-18:00, sat 09:00-12:00`, `daily 22:00-06:00`. */
export function readTimes(text: string): Times[] {
  return text.split(',').flatMap(part => {
    const [days = '', hours = ''] = part.trim().split(' ')
    const [from = '', to = ''] = hours.split('-')
    if (days === 'daily') return { first: 'mon', last: 'sun', from, to }
    const first = dayOf(days.split('-')[0])
    const last = dayOf(days.split('-')[1]) ?? first
    return first && last ? { first, last, from, to } : []
  })
}

export function writeTimes(times: readonly Times[]): string {
  return times
    .map(({ first, last, from, to }) => {
      const days = first === 'mon' && last === 'sun' ? 'daily' : first === last ? first : `${first}-${last}`
      return `${days} ${from}-${to}`
    })
    .join(', ')
}

/** 5 January 2026 was a Monday. */
const monday = (plus: number): Date => new Date(Date.UTC(2026, 0, 5 + plus))

export function dayName(day: Day, language: string, length: 'long' | 'short' = 'long'): string {
  return new Intl.DateTimeFormat(language, { weekday: length, timeZone: 'UTC' }).format(monday(DAYS.indexOf(day)))
}

/** `Mon–Fri 08:00–18:00` */
export function showTimes(text: string, language: string): string {
  return readTimes(text)
    .map(({ first, last, from, to }) => {
      const [begin, end] = [dayName(first, language, 'short'), dayName(last, language, 'short')]
      return `${begin === end ? begin : `${begin}–${end}`} ${from}–${to}`
    })
    .join(', ')
}
