import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Group, GroupStorage, Invitation } from '@borgo/api'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startNode, type TestNode } from './harness.ts'

const PATIENT = { timeout: 20_000, interval: 50 }

interface Line {
  type: string
  kind?: string
  verified?: boolean
  data?: { text: string }
  records?: number
}

let ada: TestNode
let group: Group
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'borgo-export-'))
  ada = await startNode({ name: 'Ada' })
  group = (await ada.borgo('group', 'create', 'Family', '--json')).json<Group>()
  for (const text of ['ciao', 'a domani']) await ada.client.chat.send({ params: { group: group.id }, body: { text } })
})
afterAll(async () => {
  await ada[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

const linesOf = (text: string): Line[] =>
  text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Line)

it('[N-122] exports a group, whole and readable, over the API and into a file of its own', async () => {
  const answer = await ada.client.groups.export({ params: { group: group.id } })
  expect(answer.headers.get('content-disposition')).toContain('Family.jsonl')
  const lines = linesOf(await answer.text())
  expect(lines.map(({ type }) => type)).toEqual(['group', 'operation', 'record', 'record', 'end'])
  const records = lines.filter(({ type }) => type === 'record')
  expect(records).toMatchObject([
    { kind: 'rtc/message', verified: true, data: { text: 'ciao' } },
    { kind: 'rtc/message', verified: true, data: { text: 'a domani' } }
  ])
  expect(lines.at(-1)).toMatchObject({ records: 2 })

  const file = join(folder, 'family.jsonl')
  expect((await ada.borgo('group', 'export', 'Family', file)).code).toBe(0)
  expect(linesOf(readFileSync(file, 'utf8')).slice(1)).toEqual(lines.slice(1))
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect((await ada.borgo('group', 'export', 'Family', file)).code).not.toBe(0)
  expect(linesOf((await ada.borgo('group', 'export', 'Family')).stdout).slice(1)).toEqual(lines.slice(1))
})

it('[N-122] shows what a group takes on this disk, and by whom', async () => {
  const storage = (await ada.borgo('group', 'storage', 'Family', '--json')).json<GroupStorage>()
  expect(storage).toMatchObject({
    records: 2,
    wanted: 0,
    leftOut: 0,
    replaced: { records: 0, bytes: 0 },
    members: [{ records: 2 }]
  })
  expect(storage.members[0]?.bytes).toBe(storage.bytes)
  expect(storage.quota).toEqual({ memberBytes: 2 ** 30, groupBytes: 2 ** 33 })
  expect((await ada.borgo('group', 'storage', 'Family')).stdout).toMatch(/Ada +2 +[\d.]+ kB/)
})

it('[N-123] leaves older contents with the members, and fetches them when asked to', async () => {
  await using ben = await startNode({ name: 'Ben' })
  const { link = '' } = (await ada.borgo('group', 'invite', 'Family', '--json')).json<Invitation>()
  expect((await ben.borgo('group', 'join', link)).code).toBe(0)
  expect((await ben.borgo('group', 'keep', 'Family', '--age', '1d', '--all')).code).toBe(2)
  expect((await ben.borgo('group', 'keep', 'Family', '--kind', 'test/none', '--json')).json()).toEqual({
    kinds: ['test/none']
  })
  expect((await ben.borgo('group', 'keep', 'Family')).stdout).toContain('test/none')
  const params = { group: group.id }
  await ada.client.chat.send({ params, body: { text: 'later' } })
  // Of what a node does not fetch it tells nobody.
  await vi.waitFor(
    async () => expect((await ben.client.groups.storage({ params })).records).toBeGreaterThan(2),
    PATIENT
  )
  const shown = async () => (await ben.client.chat.messages({ params })).messages.map(({ text }) => text)
  expect(await shown()).not.toContain('later')
  const fetched = (await ben.borgo('group', 'fetch', 'Family', '--limit', '10', '--json')).json<{ came: number }>()
  expect(fetched.came).toBeGreaterThan(0)
  expect(await shown()).toContain('later')
  expect((await ben.borgo('group', 'keep', 'Family', '--all')).stdout).toContain('whatever its age')
})
