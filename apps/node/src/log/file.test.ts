import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openLogFile } from './file.ts'
import { createFileSink } from './file-sink.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'borgo-log-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('[N-60] keeps three files of limited size, the newest lines in them', () => {
  const file = openLogFile(folder, { maxBytes: 100 })
  for (let line = 0; line < 1_000; line += 1) file.write(`line ${line}\n`)
  file.close()
  expect(readdirSync(folder).sort()).toEqual(['node.1.log', 'node.2.log', 'node.log'])
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(100)
  const again = openLogFile(folder, { maxBytes: 100 })
  expect(again.tail(15)).toEqual(Array.from({ length: 15 }, (_, index) => `line ${985 + index}`))
  expect(again.tail(Infinity).at(-1)).toBe('line 999')
  again.close()
})

it('[N-60] writes what came before it was opened, and goes on without the file when it cannot be written', () => {
  const complaints: string[] = []
  const sink = createFileSink(folder, text => complaints.push(text))
  sink.write('early\n')
  const file = sink.open()
  sink.write('late\n')
  expect(file.tail(10)).toEqual(['early', 'late'])
  file.close()
  sink.write('on a closed file\n')
  sink.write('once more\n')
  expect(complaints).toHaveLength(1)
})
