import type { PeerId } from '../../ids.ts'
import type { Streams } from '../../transport/streams.ts'
import { PEOPLE, encodeMessage } from './protocol.ts'
import type { Item } from './protocol.ts'

/** What one viewer may see now: key → an item, made when it is sent, and a stamp that differs when the item does. */
export type View = ReadonlyMap<string, { stamp: string; item(): Item }>

/**
 * Shows every device that watches what it may see. A viewer is told how the view differs from what it has, so that one
 * that reads slowly misses steps between, costs no memory, and ends up with what is.
 */
export function serveViews(deps: { streams: Pick<Streams, 'handle'>; viewOf(device: PeerId): View }): {
  /** What somebody may see, or this device, may be something else. */
  changed(device?: PeerId): void
  stop(): void
} {
  const { streams, viewOf } = deps
  const waiting = new Map<() => void, PeerId>()

  const change = (device: PeerId, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const wake = (): void => {
        waiting.delete(wake)
        signal.removeEventListener('abort', abort)
        resolve()
      }
      const abort = (): void => {
        waiting.delete(wake)
        reject(signal.reason)
      }
      if (signal.aborted) return abort()
      waiting.set(wake, device)
      signal.addEventListener('abort', abort, { once: true })
    })

  const stop = streams.handle(PEOPLE, async stream => {
    const sent = new Map<string, string>()
    for (;;) {
      // Waits from before it looks: what changes while it sends is looked at again.
      const changed = change(stream.peer, stream.signal)
      changed.catch(() => undefined)
      const view = viewOf(stream.peer)
      for (const key of [...sent.keys()].filter(key => !view.has(key))) {
        await stream.send(encodeMessage({ type: 'gone', key }))
        sent.delete(key)
      }
      for (const [key, { item, stamp }] of view) {
        if (sent.get(key) === stamp) continue
        await stream.send(encodeMessage(item()))
        sent.set(key, stamp)
      }
      await changed
    }
  })
  return {
    changed(device) {
      for (const [wake, viewer] of [...waiting]) if (device === undefined || viewer === device) wake()
    },
    stop
  }
}
