import { expect, it } from 'vitest'
import { createProgress } from './progress.ts'

function collect(isTTY: boolean) {
  let written = ''
  const stream = { isTTY, write: (text: string | Uint8Array): boolean => ((written += String(text)), true) }
  return { stream, written: () => written }
}

it('[N-55] prints a line every tenth without a terminal', () => {
  const { stream, written } = collect(false)
  const progress = createProgress('fetching', stream)
  for (let done = 0; done <= 1_000; done += 1) progress.update(done, 1_000, '1 MB/s')
  progress.finish()
  const lines = written().trimEnd().split('\n')
  expect(lines).toHaveLength(11)
  expect(lines[0]).toBe('fetching   0 % 1 MB/s')
  expect(lines[10]).toBe('fetching 100 % 1 MB/s')
  expect(written()).not.toContain('\x1b')
})

it('[N-55] redraws one line on a terminal and ends it', () => {
  const { stream, written } = collect(true)
  const progress = createProgress('fetching', stream)
  progress.update(0, 0)
  progress.finish()
  expect(written()).toBe(`\r\x1b[Kfetching ${'█'.repeat(24)} 100 % \n`)
})
