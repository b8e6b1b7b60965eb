/**
 * large-group: a group of 1,000 devices and many records on one disk: what opening, reading, searching and writing cost,
 * and how much memory is used. `BORGO_BENCH_RECORDS=1000000` takes some minutes and 1 GB of disk.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Order, RecordKind } from '@borgo/core'
import { LARGE_GROUP, fillLog, openLargeLog } from '@borgo/core/testing'
import { percentile, report } from './report.ts'

const RUNS = Number(process.env.BORGO_BENCH_RUNS ?? 1)
const RECORDS = Number(process.env.BORGO_BENCH_RECORDS ?? 100_000)
const DEVICES = 1_000
/** How often each operation is measured. */
const TIMES = 100

const NOTE: RecordKind<string> = {
  name: 'bench/note',
  role: 'writer',
  maxBytes: 1_000,
  parse: String,
  text: data => ({ text: data })
}
const text = (at: number): string => `${at} word${at % 997} `.padEnd(120, 'ciao ')

const [step, file = '', run = '1'] = process.argv.slice(2)
const figure = (metric: string, value: number, unit: string): void =>
  report({
    bench: 'large-group',
    system: 'borgo',
    metric: `${RECORDS} records: ${metric}`,
    value,
    unit,
    run: Number(run)
  })
const rss = (): number => process.memoryUsage.rss() / 2 ** 20

async function timed(metric: string, work: (at: number) => Promise<unknown> | unknown): Promise<void> {
  const samples: number[] = []
  for (let at = 0; at < TIMES; at++) {
    const before = performance.now()
    await work(at)
    samples.push(performance.now() - before)
  }
  figure(`${metric}, p50`, percentile(samples, 0.5), 'ms')
  figure(`${metric}, p99`, percentile(samples, 0.99), 'ms')
}

async function use(): Promise<void> {
  const before = rss()
  const opening = performance.now()
  const { log, stop } = await openLargeLog(file, { devices: DEVICES })
  log.define(NOTE)
  figure('opened and one page read', (log.page(LARGE_GROUP, [NOTE]), performance.now() - opening), 'ms')
  await timed('newest page', () => log.page(LARGE_GROUP, [NOTE]))
  let place: Order | undefined
  await timed('page after page back', () => (place = log.page(LARGE_GROUP, [NOTE], { before: place }).before))
  const middle = {
    era: 0,
    ms: Date.UTC(2026, 0, 1) + RECORDS * 500,
    count: 0,
    device: log.page(LARGE_GROUP, [NOTE]).entries[0]?.device
  }
  await timed('page in the middle', () => log.page(LARGE_GROUP, [NOTE], { before: middle as Order }))
  await timed('append', at => log.append(LARGE_GROUP, NOTE, text(at)))
  figure('memory while reading and writing', rss() - before, 'MiB')
  const indexing = performance.now()
  await log.search('word1', { kinds: [NOTE] })
  figure('first search, with the making of the index', (performance.now() - indexing) / 1e3, 's')
  await timed('search', at => log.search(`word${at}`, { kinds: [NOTE], limit: 50 }))
  figure('memory after the index', rss() - before, 'MiB')
  await stop()
}

async function inProcess(what: 'fill' | 'use', path: string, at: number): Promise<void> {
  const [code] = (await once(fork(import.meta.filename, [what, path, String(at)]), 'exit')) as [number]
  if (code !== 0) throw new Error(`${what} ended with ${code}`)
}

if (step === 'fill') await fillLog(file, { devices: DEVICES, records: RECORDS, kind: NOTE.name, text })
else if (step === 'use') await use()
else
  for (let at = 1; at <= RUNS; at++) {
    const folder = await mkdtemp(join(tmpdir(), 'borgo-bench-'))
    const path = join(folder, 'core.db')
    try {
      const before = performance.now()
      await inProcess('fill', path, at)
      const seconds = (performance.now() - before) / 1e3
      report({
        bench: 'large-group',
        system: 'borgo',
        metric: 'stored',
        value: RECORDS / seconds,
        unit: '1/s',
        run: at
      })
      const { size } = await stat(path)
      report({
        bench: 'large-group',
        system: 'borgo',
        metric: 'disk for a record',
        value: size / RECORDS,
        unit: 'B',
        run: at
      })
      await inProcess('use', path, at)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
