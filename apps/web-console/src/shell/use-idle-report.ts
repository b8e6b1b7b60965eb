import { useEffect } from 'react'
import { client } from '../api/client.ts'

/** Who has not touched anything for this long is not there, ms. */
const IDLE_MS = 10 * 60_000
const LOOK_MS = 30_000
/** When somebody did something in any tab of this browser, ms since 1970. */
const KEY = 'borgo-active'
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const

/**
 * Tells the node whether anybody is at this device, as far as the tabs of this browser know: whoever is online is shown
 * as idle then. That somebody is there holds for ten minutes at the node: it is said again while they do something, and
 * nobody has to say that a tab was closed.
 */
export function useIdleReport(): void {
  useEffect(() => {
    let isSaidIdle: boolean | undefined
    let writtenAt = 0
    let isActive = true
    const say = (idle: boolean): void => {
      isSaidIdle = idle
      client.presence.idle({ body: { idle } }).catch(() => {
        // A node that does not answer is told at the next look.
        isSaidIdle = undefined
      })
    }
    const notice = (): void => {
      isActive = true
      const now = Date.now()
      if (now - writtenAt > LOOK_MS / 2) {
        writtenAt = now
        localStorage.setItem(KEY, String(now))
      }
      if (isSaidIdle === true) say(false)
    }
    const look = (): void => {
      const isIdle = Date.now() - Number(localStorage.getItem(KEY)) > IDLE_MS
      if (isIdle ? isSaidIdle !== true : isActive || isSaidIdle !== false) say(isIdle)
      isActive = false
    }
    notice()
    look()
    const timer = setInterval(look, LOOK_MS)
    for (const sign of SIGNS) addEventListener(sign, notice, { passive: true })
    return () => {
      clearInterval(timer)
      for (const sign of SIGNS) removeEventListener(sign, notice)
    }
  }, [])
}
