import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Budget } from '@borgo/core'
import { LEAF_BYTES } from '../src/unixfs/layout.ts'
import { neighbourhood, recordedPieces, sameBytes } from './neighbours.ts'
import type { Neighbour } from './neighbours.ts'
import { pattern } from './pattern.ts'

const FULL = { code: 'STORAGE_LIMIT' }
/** Slow enough to be stopped halfway: a round trip and a window for every quarter of a piece. */
const SLOW = { latencyMs: 20 }

const limit = ({ node }: Neighbour, pieces: number): void => {
  const budget: Budget = { scope: { kind: 'plugin', id: 'distribution' }, resource: 'storage', amount: 1 }
  node.budgets.set({ ...budget, amount: pieces * LEAF_BYTES + 10_000 })
}
const kept = ({ node }: Neighbour): number =>
  node.storage.use().plugins.find(({ plugin }) => plugin === 'distribution')?.keptBytes ?? 0

async function* chunks(bytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes; at += 65_536) yield pattern(1, Math.min(65_536, bytes - at))
}

describe('a budget for storage', () => {
  it('[D-42] ends a fetch that does not fit before it writes anything, wherever it goes; raised, it can be resumed', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'])
    const [ada, ben] = street.people
    const path = await street.file('film.bin', 1, 6 * LEAF_BYTES)
    const info = await ada!.content.publish(ada!.group, path)
    const to = join(street.folder, 'to')
    await mkdir(to)
    limit(ben!, 4)
    await expect(street.fetch(ben!, info, to)).rejects.toMatchObject(FULL)
    const [failed] = ben!.content.transfers.list()
    expect(failed).toMatchObject({
      state: 'failed',
      error: { ...FULL, message: expect.stringMatching(/raise the budget/) }
    })
    expect(await readdir(to)).toEqual([])
    expect(kept(ben!)).toBe(0)
    limit(ben!, 6)
    ben!.content.transfers.resume(failed!.id)
    await street.village.run(ben!.content.transfers.finished(failed!.id))
    expect(await sameBytes(path, join(to, 'film.bin'))).toBe(true)
    expect(kept(ben!)).toBe(0)
  })

  it('[D-42] counts what several fetches will take, not only what is here of it', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'], SLOW)
    const [ada, ben] = street.people
    const infos = [
      await ada!.content.publish(ada!.group, await street.file('one.bin', 1, 4 * LEAF_BYTES)),
      await ada!.content.publish(ada!.group, await street.file('two.bin', 2, 4 * LEAF_BYTES))
    ]
    for (const info of infos) await street.sees(ben!, info)
    limit(ben!, 6)
    const begun = []
    for (const { cid } of infos) begun.push(await ben!.content.fetch(ben!.group, cid))
    const outcomes = await street.village.run(
      Promise.allSettled(begun.map(({ id }) => ben!.content.transfers.finished(id)))
    )
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: FULL })
    expect(kept(ben!)).toBe(4 * LEAF_BYTES)
  })

  it('[D-42] that is lowered ends a fetch that runs, which keeps what it has over a restart', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'], SLOW)
    const [ada, ben] = street.people
    const path = await street.file('film.bin', 1, 16 * LEAF_BYTES)
    const info = await ada!.content.publish(ada!.group, path)
    await street.sees(ben!, info)
    const { id, target } = await ben!.content.fetch(ben!.group, info.cid)
    await street.village.until(() => recordedPieces(target) >= 3)
    limit(ben!, 2)
    await expect(street.village.run(ben!.content.transfers.finished(id))).rejects.toMatchObject(FULL)
    const recorded = recordedPieces(target)
    expect(recorded).toBeGreaterThanOrEqual(3)
    expect(recorded).toBeLessThan(16)
    await street.restart(ben!)
    expect(kept(ben!)).toBe(recorded * LEAF_BYTES)
    limit(ben!, 16)
    ben!.content.transfers.resume(id)
    const again = await street.village.run(ben!.content.transfers.finished(id))
    expect(again.sources[0]?.bytes).toBe((16 - recorded) * LEAF_BYTES)
    expect(kept(ben!)).toBe(16 * LEAF_BYTES)
  })

  it('[D-43] refuses an upload that gets too long, and nothing of it stays', async () => {
    await using street = await neighbourhood(['Ada'])
    const [ada] = street.people
    limit(ada!, 3)
    await ada!.content.upload(ada!.group, 'small.bin', chunks(2 * LEAF_BYTES))
    const bytes = 2 * LEAF_BYTES
    expect(kept(ada!)).toBe(bytes)
    await expect(ada!.content.upload(ada!.group, 'large.bin', chunks(3 * LEAF_BYTES))).rejects.toMatchObject(FULL)
    expect(kept(ada!)).toBe(bytes)
    expect(ada!.content.list(ada!.group)).toHaveLength(1)
  })

  it('[D-44] gets room again when a copy is given up', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'])
    const [ada, ben] = street.people
    const path = await street.file('film.bin', 1, 3 * LEAF_BYTES)
    const info = await ada!.content.publish(ada!.group, path)
    const { target } = await street.fetch(ben!, info)
    limit(ben!, 4)
    const other = await ada!.content.publish(ada!.group, await street.file('other.bin', 2, 3 * LEAF_BYTES))
    await expect(street.fetch(ben!, other)).rejects.toMatchObject(FULL)
    expect(ben!.content.get(ben!.group, info.cid).held).toEqual({ state: 'whole', path: target, isOwned: true })
    await ben!.content.discard(ben!.group, info.cid)
    expect(ben!.content.get(ben!.group, info.cid).held).toEqual({ state: 'none' })
    await expect(readdir(join(target, '..'))).rejects.toMatchObject({ code: 'ENOENT' })
    ben!.content.transfers.resume(ben!.content.transfers.list().find(({ state }) => state === 'failed')!.id)
    await street.village.until(() => ben!.content.get(ben!.group, other.cid).held.state === 'whole')
    expect(kept(ben!)).toBe(3 * LEAF_BYTES)
    limit(ben!, 6)
    await street.fetch(ben!, info, join(street.folder, 'again'))
  })

  it('[D-44] a file of one’s own that is given up stays where it is, and is not served any more', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'])
    const [ada, ben] = street.people
    const path = await street.file('film.bin', 1, LEAF_BYTES)
    const info = await ada!.content.publish(ada!.group, path)
    await street.sees(ben!, info)
    expect(kept(ada!)).toBe(0)
    await ada!.content.discard(ada!.group, info.cid)
    expect(await readdir(street.folder)).toEqual(['film.bin'])
    expect(await street.village.run(ben!.content.holders(ben!.group, info.cid))).toEqual([])
    await expect(ada!.content.discard(ada!.group, info.cid)).rejects.toMatchObject({ code: 'NOT_HELD' })
  })

  it('[D-44] what is being fetched is cancelled, not given up', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'], SLOW)
    const [ada, ben] = street.people
    const info = await ada!.content.publish(ada!.group, await street.file('film.bin', 1, 8 * LEAF_BYTES))
    await street.sees(ben!, info)
    const { id } = await ben!.content.fetch(ben!.group, info.cid)
    await expect(ben!.content.discard(ben!.group, info.cid)).rejects.toMatchObject({ code: 'TRANSFER_RUNNING' })
    await street.village.run(ben!.content.transfers.cancel(id))
    expect(kept(ben!)).toBe(0)
  })
})
