import type { WriteStream } from 'node:tty'

const WIDTH = 24
/** A terminal is redrawn at most this often, ms. */
const REDRAW_MS = 100

/** How far something has come. */
export interface Progress {
  /** `note` stands behind the figure: a rate, say. */
  update(done: number, total: number, note?: string): void
  /** Ends the line. */
  finish(): void
}

/** A bar that redraws itself on a terminal, and a plain line every tenth of the way elsewhere. Never on stdout. */
export function createProgress(
  label: string,
  stream: Pick<WriteStream, 'write'> & { isTTY?: boolean } = process.stderr
): Progress {
  let drawnAt = -Infinity
  let tenth = -1

  function bar(share: number, note: string): void {
    const complete = share >= 1
    if (performance.now() - drawnAt < REDRAW_MS && !complete) return
    drawnAt = performance.now()
    const filled = Math.round(share * WIDTH)
    // Back to the start of the line, and clear what was there.
    stream.write(`\r\x1b[K${label} ${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${percent(share)} ${note}`)
  }

  function line(share: number, note: string): void {
    const reached = Math.floor(share * 10)
    if (reached <= tenth) return
    tenth = reached
    stream.write(`${label} ${percent(share)} ${note}`.trimEnd() + '\n')
  }

  return {
    update(done, total, note = '') {
      const share = total === 0 ? 1 : Math.min(done / total, 1)
      if (stream.isTTY) bar(share, note)
      else line(share, note)
    },
    finish: () => void (stream.isTTY && stream.write('\n'))
  }
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`.padStart(5)
}
