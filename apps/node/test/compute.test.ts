import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inflateSync } from 'node:zlib'
import type { Job, ModuleReport, Sharing } from '@borgo/api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect, startNode, temporaryFolder, until, type TestNode } from './harness.ts'

const fixtures = new URL('../../../packages/plugin-compute/test/fixtures/', import.meta.url)
const fixture = (name: string): string => fileURLToPath(new URL(`${name}.wasm`, fixtures))

let ada: TestNode
let ben: TestNode
let group: string

beforeAll(async () => {
  ;[ada, ben] = await Promise.all([startNode({ name: 'Ada' }), startNode({ name: 'Ben' })])
  await connect(ben, ada)
  group = (await ada.client.groups.create({ body: { name: 'Pool' } })).id
  const { link = '' } = await ada.client.groups.invite({ params: { group }, body: {} })
  await ben.client.groups.join({ body: { link } })
})
afterAll(() => Promise.all([ada, ben].map(node => node[Symbol.asyncDispose]())))

it('[N-100] counts primes from the command line, and shows every member the result', async () => {
  const ran = await ada.borgo('compute', 'run', 'Pool', 'primes', '--to', '1000000', '--title', 'Primes', '--json')
  expect(ran.stderr).toBe('')
  const job = ran.json<Job>()
  expect(job).toMatchObject({ state: 'done', sum: '78498', done: 1_000_000, owner: 'Ada', local: true })
  expect((await ada.borgo('compute', 'result', job.id.slice(0, 8))).stdout).toBe('78498\n')
  expect((await ada.borgo('compute', 'show', job.id)).stdout).toMatch(/this node/)
  await until(ben, ['compute'], async () => {
    const [seen] = await ben.client.compute.jobs()
    return seen?.state === 'done' ? seen : undefined
  })
  expect((await ben.borgo('compute', 'list')).stdout).toMatch(/Ada +Primes +78498/)
})

it('[N-100] paints a picture with the help of a member who shares, and writes it to a file', async () => {
  using folder = temporaryFolder()
  const shared = await ben.borgo('compute', 'share', 'on', '--slots', '1', '--json')
  expect(shared.json<Sharing>()).toMatchObject({ on: true, slots: 1, work: [] })
  const file = join(folder.path, 'set.png')
  const size = ['--width', '64', '--height', '48', '--iterations', '200']
  const ran = await ada.borgo('compute', 'run', 'Pool', 'mandelbrot', ...size, '--out', file)
  expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining(`written to ${file}`)])
  const png = readFileSync(file)
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([64, 48])
  const rows = inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)))
  const [job] = await ada.client.compute.jobs()
  const params = { job: job?.id ?? '' }
  const raw = Buffer.from(await (await ada.client.compute.result({ params })).arrayBuffer())
  expect(raw).toHaveLength(64 * 48 * 4)
  expect(rows.subarray(1, 1 + 64 * 4)).toEqual(raw.subarray(0, 64 * 4))
  const parts = await ada.client.compute.parts({ params })
  expect(parts.reduce((sum, { hi, lo }) => sum + hi - lo, 0)).toBe(48)
  const [first] = parts
  const part = await ada.client.compute.part({ params: { ...params, lo: first?.lo ?? 0 } })
  expect(Buffer.from(await part.arrayBuffer())).toEqual(raw.subarray(0, (first?.hi ?? 0) * 64 * 4))
  await expect(ada.client.compute.part({ params: { ...params, lo: 47_000 } })).rejects.toMatchObject({ status: 404 })
  await until(ben, ['compute'], async () => (await ben.client.compute.jobs()).find(({ id }) => id === params.job))
  await expect(ben.client.compute.result({ params })).rejects.toMatchObject({ code: 'RESULT_ELSEWHERE' })
})

it('[N-101] runs a module of one’s own, and says exactly why it would not', async () => {
  using folder = temporaryFolder()
  const good = await ada.borgo('compute', 'check', fixture('echo'), '--json')
  expect(good.json<ModuleReport>()).toMatchObject({ takesInput: true, sizeBytes: readFileSync(fixture('echo')).length })
  const input = join(folder.path, 'word')
  writeFileSync(input, 'ciao')
  const out = join(folder.path, 'out')
  const options = ['--to', '3', '--input', input, '--bytes-per-index', '4', '--out', out]
  expect((await ada.borgo('compute', 'run', 'Pool', fixture('echo'), ...options)).code).toBe(0)
  expect(readFileSync(out, 'utf8')).toBe('ciaociaociao')

  const bad = await ada.borgo('compute', 'check', fixture('logger'))
  expect([bad.code, bad.stderr]).toEqual([1, expect.stringContaining('it imports "host.log"')])
  await expect(ada.client.compute.check({ body: new Uint8Array(9) })).rejects.toMatchObject({
    code: 'MODULE_NOT_WASM',
    status: 422
  })
  const trap = await ada.borgo('compute', 'run', 'Pool', fixture('trap'), '--to', '40')
  expect([trap.code, trap.stderr]).toEqual([1, expect.stringContaining('unreachable')])
})

it('[N-101] says what is missing or wrong', async () => {
  const commands: [number, string[]][] = [
    [5, ['show', 'ffffffff']],
    [5, ['run', 'Nowhere', 'primes', '--to', '9']],
    [2, ['run', 'Pool', 'primes']],
    [2, ['run', 'Pool', 'mandelbrot']],
    [2, ['run', 'Pool', 'prims', '--to', '9']],
    [2, ['check', '.']],
    [2, ['share', 'perhaps']],
    [2, ['share', '--slots', '0']]
  ]
  const ended = await Promise.all(commands.map(([, command]) => ada.borgo('compute', ...command)))
  expect(ended.map(({ code }) => code)).toEqual(commands.map(([code]) => code))
  const messages = ended.map(({ stderr }) => stderr)
  expect(messages).toContain('borgo: prims: there is no such file or folder\n')
  expect(messages.filter(text => text.includes('no node is running'))).toEqual([])
})

it('[N-100] a detached job can be watched and cancelled', async () => {
  const begun = await ada.borgo('compute', 'run', 'Pool', fixture('loop'), '--to', '9', '--detach')
  const id = begun.stdout.trim()
  const watching = ada.borgo('compute', 'watch', id, '--json')
  expect((await ben.borgo('compute', 'cancel', 'ffff')).code).toBe(5)
  expect((await ada.borgo('compute', 'cancel', id.slice(0, 6), '--json')).json<Job>().state).toBe('cancelled')
  expect((await watching).json<Job>()).toMatchObject({ id, state: 'cancelled' })
})
