import { hasCode, silentLogger, systemClock } from '@borgo/core'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { inspectModule, PAGE_BYTES } from '../validate.ts'
import { Pool } from './pool.ts'
import { sandboxes } from './sandbox.ts'
import type { PartTask } from './slot.ts'

const MIB = 1024 * 1024
const folders = { builtin: '../modules', hostile: '../../test/fixtures' }

function task(file: string, options: Partial<PartTask> = {}): PartTask {
  const folder = file === 'primes' || file === 'mandelbrot' ? folders.builtin : folders.hostile
  const bytes = readFileSync(new URL(`${folder}/${file}.wasm`, import.meta.url))
  const memoryBytes = 64 * MIB
  const facts = inspectModule(bytes, { maxPages: memoryBytes / PAGE_BYTES })
  const hash = createHash('sha256').update(bytes).digest('hex')
  const rest = { lo: 0, hi: 10, input: new Uint8Array(), maxBytes: 8, memoryBytes, limitMs: 20_000 }
  return { module: { hash, bytes, facts }, ...rest, ...options }
}

const sum = ({ bytes }: { bytes: Uint8Array }): bigint => new DataView(bytes.buffer).getBigInt64(0, true)
const never = new AbortController().signal

describe('slots and what they hold in', () => {
  let pool: Pool
  const make = (size = 1): Pool =>
    (pool = new Pool({ clock: systemClock, log: silentLogger, size, candidates: sandboxes(256 * MIB, 'normal') }))
  afterEach(() => pool.stop())

  const failing = async (work: Promise<unknown>): Promise<string> => {
    const error: unknown = await work.then(
      () => 'it did not fail',
      (reason: unknown) => reason
    )
    return error instanceof Error && 'code' in error ? `${String(error.code)} ${error.message}` : String(error)
  }

  it('[W-10] runs every part in a fresh instance: no part sees what another left', async () => {
    make()
    expect(sum(await pool.run(task('count', { lo: 0, hi: 4 }), never))).toBe(4n)
    expect(sum(await pool.run(task('count', { lo: 4, hi: 10 }), never))).toBe(6n)
    expect(sum(await pool.run(task('primes', { hi: 1_000_000 }), never))).toBe(78_498n)
    expect(sum(await pool.run(task('count', { lo: 4, hi: 10 }), never))).toBe(6n)
    expect(pool.pids).toHaveLength(1)
  })

  it('[W-10] gives the input to the module', async () => {
    make()
    const input = Uint8Array.of(1, 2, 3, 4)
    const { bytes } = await pool.run(task('echo', { hi: 2, maxBytes: 8, input }), never)
    expect([...bytes]).toEqual([1, 2, 3, 4, 1, 2, 3, 4])
  })

  it('[W-11] names the layers that really stand', async () => {
    make()
    expect(await pool.layers()).toEqual(expect.arrayContaining(['process', 'permissions']))
  })

  it('[W-12] an endless loop is killed at the time limit', async () => {
    make()
    expect(await failing(pool.run(task('loop', { limitMs: 300 }), never))).toMatch(/^PART_TIMEOUT/)
    expect(sum(await pool.run(task('count'), never))).toBe(10n)
  })

  it('[W-12] a memory bomb stops at its limit', async () => {
    make()
    expect(await failing(pool.run(task('memory-bomb', { memoryBytes: 16 * MIB }), never))).toMatch(
      /^PART_MEMORY .*limit of 16 MiB/
    )
    expect(sum(await pool.run(task('count'), never))).toBe(10n)
  })

  it('[W-12] endless recursion ends as a trap', async () => {
    make()
    expect(await failing(pool.run(task('recursion'), never))).toMatch(/^PART_TRAP .*call stack/)
    expect(sum(await pool.run(task('count'), never))).toBe(10n)
  })

  it.each([
    [1, /^PART_OUTPUT .*4294967280 bytes/],
    [2, /^PART_OUTPUT .*outside/],
    [3, /^PART_OUTPUT .*100 bytes; 8 is the most/]
  ])('[W-12] output that floods or lies is refused (%i)', async (lo, reason) => {
    make()
    expect(await failing(pool.run(task('flood', { lo, hi: lo + 100 }), never))).toMatch(reason)
    expect(sum(await pool.run(task('count'), never))).toBe(10n)
  })

  it('[W-12] a trap leaves the slot usable', async () => {
    make()
    expect(await failing(pool.run(task('trap', { hi: 20 }), never))).toMatch(/^PART_TRAP unreachable/)
    expect(sum(await pool.run(task('trap'), never))).toBe(10n)
  })

  it('[W-12] what the engine does not compile is refused with its reason', async () => {
    make()
    const broken = task('count')
    const at = Buffer.from(broken.module.bytes).indexOf(Buffer.from([0x7e, 0x7e, 0x01, 0x7e]))
    const bytes = Uint8Array.from(broken.module.bytes)
    // The last instructions of `run` no longer leave an i64 behind.
    bytes[bytes.lastIndexOf(0x0b) - 1] = 0x01
    expect(at).toBeGreaterThan(0)
    expect(
      await failing(pool.check({ ...broken, module: { ...broken.module, hash: 'broken', bytes } }, never))
    ).toMatch(/^MODULE_COMPILE/)
  })

  it('[W-13] a killed host process fails its part and is replaced', async () => {
    make()
    const running = failing(pool.run(task('loop'), never))
    await expect.poll(() => pool.pids.length, { timeout: 100_000 }).toBe(1)
    process.kill(pool.pids[0] ?? 0, 'SIGKILL')
    expect(await running).toMatch(/^PART_CRASHED .*SIGKILL/)
    expect(sum(await pool.run(task('count'), never))).toBe(10n)
  })

  it('[W-13] cancelling stops a running part and one that waits', async () => {
    make()
    const cancel = new AbortController()
    const both = [pool.run(task('loop'), cancel.signal), pool.run(task('loop'), cancel.signal)]
    cancel.abort(new Error('enough'))
    expect(await Promise.all(both.map(failing))).toEqual(['Error: enough', 'Error: enough'])
    expect(sum(await pool.run(task('count'), never))).toBe(10n)
  })

  it('[W-13] parts run side by side, one in each slot', async () => {
    make(2)
    const parts = await Promise.all([1, 2, 3, 4, 5].map(lo => pool.run(task('count', { lo, hi: 10 }), never)))
    expect(parts.map(sum)).toEqual([9n, 8n, 7n, 6n, 5n])
    expect(pool.pids).toHaveLength(2)
    pool.resize(1)
    expect(pool.pids).toHaveLength(1)
  })

  it('stopping rejects what runs and what comes after', async () => {
    make()
    const running = failing(pool.run(task('loop'), never))
    await expect.poll(() => pool.pids.length, { timeout: 100_000 }).toBe(1)
    pool.stop()
    expect(await running).toMatch(/^STOPPED/)
    await expect(pool.run(task('count'), never)).rejects.toSatisfy(error => hasCode(error, 'STOPPED'))
  })
})
