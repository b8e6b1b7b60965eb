import { useEffect, useMemo } from 'react'
import { client } from '../../api/client.ts'

/** The node wants to hear it every 5 s while it goes on. */
const REPEAT_MS = 4000

export interface TypingNotice {
  /** At every key. */
  go: () => void
  /** When the text is sent, emptied or left. */
  stop: () => void
}

/** Thins out key presses to what the others need to hear. `now` in ms. */
export function typingNotice(tell: (on: boolean) => void, now = () => performance.now()): TypingNotice {
  let toldAt: number | undefined
  return {
    go() {
      if (toldAt !== undefined && now() - toldAt < REPEAT_MS) return
      toldAt = now()
      tell(true)
    },
    stop() {
      if (toldAt === undefined) return
      toldAt = undefined
      tell(false)
    }
  }
}

/** Tells the others in a conversation that one is writing. Best effort: a failure is nobody's concern. */
export function useTyping(group: string): TypingNotice {
  const typing = useMemo(
    () =>
      typingNotice(on => {
        client.chat.typing({ params: { group }, body: { on } }).catch(() => undefined)
      }),
    [group]
  )
  useEffect(() => typing.stop, [typing])
  return typing
}
