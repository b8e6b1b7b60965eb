import { InvalidArgumentError } from 'commander'

/** Parser of an option that takes a whole number. */
export function integer(least: number, most: number): (text: string) => number {
  return text => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`a whole number from ${least} to ${most} is wanted`)
    return value
  }
}

/**
 * Parser of an option that says when: a date, a date and time as this computer's clock shows it, or how long ago. Gives
 * ms since 1970.
 */
export function instant(text: string): number {
  if (/^\d{1,6}[smhd]$/.test(text)) return Date.now() - duration(text)
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text)
  const isTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?$/.test(text)
  const ms = isDate || isTime ? new Date(isDate ? `${text}T00:00` : text.replace(' ', 'T')).getTime() : NaN
  if (!(ms >= 0))
    throw new InvalidArgumentError('a date such as 2026-11-29, 2026-11-29T08:00 or so long ago, such as 12h, is wanted')
  return ms
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Parser of an option such as `30m`: its length in ms. */
export function duration(text: string): number {
  const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const unitMs = unit === undefined ? undefined : UNIT_MS[unit]
  if (unitMs === undefined) throw new InvalidArgumentError('a duration such as 90s, 30m, 12h or 7d is wanted')
  return Number(number) * unitMs
}
