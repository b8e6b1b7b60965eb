import type { Transfer } from '@borgo/api'
import { byteProgress } from './byte-progress.ts'
import type { Context } from './cli.ts'
import { formatBytes } from './table.ts'

/** Follows a transfer until it does not run any more, or until Ctrl-C; returns how it is then. */
export async function followTransfer(context: Context, begun: Transfer): Promise<Transfer> {
  const { client, signal } = context
  const params = { transfer: begun.id }
  const stop = new AbortController()
  const progress = await byteProgress(context, begun.name)
  try {
    const opened = Promise.withResolvers<void>()
    const listening = { signal: AbortSignal.any([signal, stop.signal]), onOpen: opened.resolve }
    const events = client.events(['transfers'], listening)[Symbol.asyncIterator]()
    let next = events.next()
    // Listening begins before looking, so that nothing falls between the two.
    await Promise.race([opened.promise, next])
    let transfer = await client.content.transfer({ params })
    for (;;) {
      progress.show(transfer.doneBytes, transfer.bytes, detailOf(transfer))
      if (transfer.state !== 'running') return transfer
      const event = await next
      if (event.done === true) return transfer
      next = events.next()
      const { topic, data } = event.value
      if (topic === 'reset' || (data.type === 'removed' && data.id === begun.id))
        transfer = await client.content.transfer({ params })
      else if (data.type === 'transfer' && data.transfer.id === begun.id) transfer = data.transfer
    }
  } finally {
    stop.abort()
    progress.stop()
  }
}

const PHASES: Record<NonNullable<Transfer['phase']>, string> = {
  queued: 'waiting for its turn',
  seeking: 'waiting for somebody who has it',
  listing: 'asking what there is',
  checking: 'checking what is here',
  fetching: '',
  copying: 'copying',
  placing: 'finishing'
}

/** What a person wants to know besides the bytes. */
export function detailOf({ phase, sources, bytesPerSecond, etaMs, state }: Transfer): string {
  if (state !== 'running') return state
  const words = phase === undefined ? '' : PHASES[phase]
  if (words !== '') return words
  const from = `from ${sources.length}`
  if (bytesPerSecond === 0) return from
  const rest = etaMs === undefined ? '' : `, ${formatDuration(etaMs)} left`
  return `${from}, ${formatBytes(bytesPerSecond)}/s${rest}`
}

function formatDuration(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3_600).toFixed(1)} h`
}
