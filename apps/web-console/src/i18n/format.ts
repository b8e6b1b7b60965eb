import { useTranslation } from 'react-i18next'

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

const DURATION_UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000]
] as const

/** The last moment that a Date has, ms since 1970; https://tc39.es/ecma262/#sec-time-values-and-time-range. */
const LAST_MS = 8_640_000_000_000_000

/** A time as a Date; what others say can be later than any. */
export function dateOf(ms: number): Date {
  return new Date(Math.min(ms, LAST_MS))
}

/** `1.5 MB`: powers of 1,000, three significant digits. */
export function formatBytes(bytes: number, language: string, perSecond = false): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3))
  const unit = UNITS[power] ?? 'byte'
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: perSecond ? `${unit}-per-second` : unit,
    unitDisplay: power === 0 && !perSecond ? 'long' : 'short',
    maximumSignificantDigits: 3
  }).format(bytes / 1000 ** power)
}

/** `2 hours 5 minutes`: the two largest units that matter. */
export function formatDuration(ms: number, language: string): string {
  const first = Math.max(
    0,
    DURATION_UNITS.findIndex(([, unitMs]) => ms >= unitMs)
  )
  let rest = Math.max(0, ms)
  const parts: string[] = []
  const shown = ms < 1000 ? DURATION_UNITS.slice(-1) : DURATION_UNITS.slice(first, first + 2)
  for (const [unit, unitMs] of shown) {
    const count = Math.floor(rest / unitMs)
    rest -= count * unitMs
    if (count > 0 || parts.length === 0)
      parts.push(new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(count))
  }
  return parts.join(' ')
}

/** `3 minutes ago`, `in 2 days`, `now`. */
export function formatRelative(fromNowMs: number, language: string): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  for (const [unit, unitMs] of DURATION_UNITS)
    if (Math.abs(fromNowMs) >= unitMs && unit !== 'second') return format.format(Math.round(fromNowMs / unitMs), unit)
  return format.format(0, 'second')
}

/** Numbers, sizes and times in the language of the console. */
export function useFormat() {
  const language = useTranslation().i18n.language
  return {
    language,
    bytes: (bytes: number) => formatBytes(bytes, language),
    rate: (bytesPerSecond: number) => formatBytes(bytesPerSecond, language, true),
    duration: (ms: number) => formatDuration(ms, language),
    relative: (fromNowMs: number) => formatRelative(fromNowMs, language),
    milliseconds: (ms: number) =>
      new Intl.NumberFormat(language, {
        style: 'unit',
        unit: 'millisecond',
        maximumFractionDigits: ms < 10 ? 1 : 0
      }).format(ms),
    number: (value: number | bigint) => new Intl.NumberFormat(language).format(value),
    percent: (share: number) =>
      new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(share),
    dateTime: (ms: number) =>
      new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(dateOf(ms)),
    date: (ms: number) => new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(dateOf(ms)),
    clock: (ms: number) => new Intl.DateTimeFormat(language, { timeStyle: 'medium' }).format(dateOf(ms)),
    time: (ms: number) => new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(dateOf(ms))
  }
}
