import type { Message } from '@borgo/api'

/** Messages of one author within this time stand together under one name, ms. */
const TOGETHER_MS = 5 * 60_000

export interface Shown {
  message: Message
  /** Begins another day than the one before it. */
  beginsDay: boolean
  /** Its author did not write the one before it, or long ago. */
  beginsTurn: boolean
}

function dayOf(ms: number): string {
  return new Date(ms).toDateString()
}

/** Marks where days and turns begin; `messages` in shown order. */
export function withBreaks(messages: readonly Message[]): Shown[] {
  return messages.map((message, index) => {
    const before = messages[index - 1]
    const beginsDay = !before || dayOf(before.sentAt) !== dayOf(message.sentAt)
    const beginsTurn = beginsDay || before.account !== message.account || message.sentAt - before.sentAt > TOGETHER_MS
    return { message, beginsDay, beginsTurn }
  })
}

/** 0 today, 1 yesterday, and so on, by the local calendar. */
export function daysAgo(ms: number, now: number): number {
  const midnight = (time: number): number => new Date(time).setHours(0, 0, 0, 0)
  // A day of 23 or 25 hours is still one day.
  return Math.round((midnight(now) - midnight(ms)) / 86_400_000)
}
