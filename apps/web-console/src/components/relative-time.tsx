import { useSyncExternalStore } from 'react'
import { dateOf, useFormat } from '../i18n/format.ts'

const TICK_MS = 15_000
const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

function tick(): void {
  now = Date.now()
  for (const tell of listeners) tell()
}

/** One timer for all times on the page; none while there is nobody to tell. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (timer === undefined) {
    now = Date.now()
    timer = setInterval(tick, TICK_MS)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The time, ms since 1970; renders again every 15 s. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now)
}

/** "3 minutes ago", with the exact time on hover. `at` is in ms since 1970. */
export function RelativeTime({ at }: { at: number }) {
  const format = useFormat()
  return (
    <time dateTime={dateOf(at).toISOString()} title={format.dateTime(at)}>
      {format.relative(at - useNow())}
    </time>
  )
}
