import type { Context } from './cli.ts'
import { printable } from './printable.ts'
import { formatBytes } from './table.ts'

/** How far bytes have come, shown on stderr: as a bar on a terminal, as lines without one, not at all with `--json`. */
export interface ByteProgress {
  /** `detail` is what else is worth knowing now: speed, sources, what is waited for. */
  show(doneBytes: number, bytes: number, detail: string): void
  stop(): void
}

/** Lines come at every so many percent, and when the detail says something new. */
const LINE_PERCENT = 10

export async function byteProgress(context: Context, name: string): Promise<ByteProgress> {
  if (context.json) return { show: () => undefined, stop: () => undefined }
  return process.stderr.isTTY ? await bar(name) : lines(context, name)
}

async function bar(name: string): Promise<ByteProgress> {
  const { SingleBar, Presets } = await import('cli-progress')
  const format = '{bar} {percentage} % | {sizes} | {detail} | {name}'
  const shown = new SingleBar({ format, hideCursor: true, stream: process.stderr }, Presets.shades_classic)
  let begun = false
  return {
    show(doneBytes, bytes, detail) {
      const values = { sizes: `${formatBytes(doneBytes)} of ${formatBytes(bytes)}`, detail, name: printable(name) }
      // An empty file is done from the start; a bar of length 0 would show NaN.
      if (begun) shown.update(bytes === 0 ? 1 : doneBytes, values)
      else shown.start(Math.max(1, bytes), bytes === 0 ? 1 : doneBytes, values)
      begun = true
    },
    stop: () => shown.stop()
  }
}

function lines({ note }: Context, name: string): ByteProgress {
  let last = ''
  return {
    show(doneBytes, bytes, detail) {
      const percent = bytes === 0 ? 100 : Math.floor((100 * doneBytes) / bytes)
      const step = `${percent - (percent % LINE_PERCENT)} ${detail.replace(/[\d.]+ [kKMGT]?i?B\/s.*|\d+ of \d+ files/, '')}`
      if (step !== last) note(`${printable(name)}: ${percent} % of ${formatBytes(bytes)}${detail && `, ${detail}`}`)
      last = step
    },
    stop: () => undefined
  }
}
