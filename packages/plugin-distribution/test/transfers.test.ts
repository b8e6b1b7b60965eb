import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LEAF_BYTES } from '../src/unixfs/layout.ts'
import { checkRoom } from '../src/store/piece-files.ts'
import { neighbourhood, recordedPieces, sameBytes } from './neighbours.ts'
import type { Neighbour, Neighbourhood } from './neighbours.ts'

/** Slow enough to be stopped halfway: a round trip and a window for every quarter of a piece. */
const SLOW = { latencyMs: 20 }

async function halfway(street: Neighbourhood, who: Neighbour, id: string): Promise<void> {
  await street.village.until(() => who.content.transfers.get(id).doneBytes >= 3 * LEAF_BYTES)
  expect(who.content.transfers.get(id).state).toBe('running')
}

describe('a transfer', () => {
  it('[D-30] goes on after a restart with what it had', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'], SLOW)
    const [ada, ben] = street.people
    const path = await street.file('film.bin', 1, 16 * LEAF_BYTES)
    const listing = await ada!.content.publish(ada!.group, path)
    await street.sees(ben!, listing)
    const { id, target } = await ben!.content.fetch(ben!.group, listing.cid)
    await street.village.until(() => recordedPieces(target) >= 3)
    await street.restart(ben!)
    const recorded = recordedPieces(target)
    const again = await street.village.run(ben!.content.transfers.finished(id))
    expect(again.sources[0]?.bytes ?? 0).toBe((16 - recorded) * LEAF_BYTES)
    expect(await sameBytes(path, target)).toBe(true)
  })

  it('[D-31] can be paused and resumed', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'], SLOW)
    const [ada, ben] = street.people
    const path = await street.file('film.bin', 1, 12 * LEAF_BYTES)
    const listing = await ada!.content.publish(ada!.group, path)
    await street.sees(ben!, listing)
    const { id } = await ben!.content.fetch(ben!.group, listing.cid, { to: join(street.folder, 'copy') })
    await halfway(street, ben!, id)
    const paused = await street.village.run(ben!.content.transfers.pause(id))
    expect(paused).toMatchObject({ state: 'paused', phase: undefined })
    expect(paused.doneBytes).toBeGreaterThanOrEqual(3 * LEAF_BYTES)
    await street.restart(ben!)
    expect(ben!.content.transfers.get(id)).toMatchObject({ state: 'paused', doneBytes: paused.doneBytes })
    expect(ben!.content.transfers.resume(id).state).toBe('running')
    await street.village.run(ben!.content.transfers.finished(id))
    expect(await sameBytes(path, join(street.folder, 'copy'))).toBe(true)
  })

  it('[D-31] leaves nothing behind when it is cancelled, by hand or by signal', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'], SLOW)
    const [ada, ben] = street.people
    const listing = await ada!.content.publish(ada!.group, await street.file('film.bin', 1, 12 * LEAF_BYTES))
    await street.sees(ben!, listing)
    const to = join(street.folder, 'to')
    await mkdir(to)
    const { transfers } = ben!.content
    const first = await ben!.content.fetch(ben!.group, listing.cid, { to })
    const end = expect(transfers.finished(first.id)).rejects.toThrow(
      expect.objectContaining({ code: 'TRANSFER_CANCELLED' })
    )
    await halfway(street, ben!, first.id)
    await street.village.run(transfers.cancel(first.id))
    await end
    const stop = new AbortController()
    const second = await ben!.content.fetch(ben!.group, listing.cid, { to, signal: stop.signal })
    await halfway(street, ben!, second.id)
    stop.abort()
    await street.village.until(() => transfers.list().length === 0)
    expect(await readdir(to)).toEqual([])
    expect(ben!.content.get(ben!.group, listing.cid).held).toEqual({ state: 'none' })
    expect(() => transfers.get(first.id)).toThrow(expect.objectContaining({ code: 'TRANSFER_UNKNOWN' }))
  })

  it('[D-32] checks pieces again in a file that somebody changed meanwhile', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'], SLOW)
    const [ada, ben] = street.people
    const path = await street.file('film.bin', 1, 12 * LEAF_BYTES)
    const listing = await ada!.content.publish(ada!.group, path)
    await street.sees(ben!, listing)
    const to = join(street.folder, 'to')
    await mkdir(to)
    const { id } = await ben!.content.fetch(ben!.group, listing.cid, { to })
    await halfway(street, ben!, id)
    await street.village.run(ben!.content.transfers.pause(id))
    const [part] = await readdir(to)
    await writeFile(join(to, part!), new Uint8Array(12 * LEAF_BYTES))
    ben!.content.transfers.resume(id)
    await street.village.run(ben!.content.transfers.finished(id))
    expect(await sameBytes(path, join(to, 'film.bin'))).toBe(true)
  })

  it('[D-32] begins anew when the part is gone', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'], SLOW)
    const [ada, ben] = street.people
    const path = await street.file('film.bin', 1, 8 * LEAF_BYTES)
    const listing = await ada!.content.publish(ada!.group, path)
    await street.sees(ben!, listing)
    const to = join(street.folder, 'to')
    await mkdir(to)
    const { id } = await ben!.content.fetch(ben!.group, listing.cid, { to })
    await halfway(street, ben!, id)
    await street.village.run(ben!.content.transfers.pause(id))
    for (const name of await readdir(to)) await rm(join(to, name))
    ben!.content.transfers.resume(id)
    await street.village.run(ben!.content.transfers.finished(id))
    expect(await sameBytes(path, join(to, 'film.bin'))).toBe(true)
  })

  it('[D-33] overwrites nothing, and shows the name only when all is there', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'], SLOW)
    const [ada, ben] = street.people
    const listing = await ada!.content.publish(ada!.group, await street.file('film.bin', 1, 8 * LEAF_BYTES))
    await street.sees(ben!, listing)
    const to = join(street.folder, 'to')
    await mkdir(to)
    await writeFile(join(to, 'film.bin'), 'mine')
    const first = await ben!.content.fetch(ben!.group, listing.cid, { to })
    await expect(street.village.run(ben!.content.transfers.finished(first.id))).rejects.toThrow(
      expect.objectContaining({ code: 'TARGET_EXISTS' })
    )
    expect(await readFile(join(to, 'film.bin'), 'utf8')).toBe('mine')
    await street.village.run(ben!.content.transfers.cancel(first.id))

    const late = await ben!.content.fetch(ben!.group, listing.cid, { to: join(to, 'late.bin') })
    await halfway(street, ben!, late.id)
    expect(await readdir(to)).not.toContain('late.bin')
    await writeFile(join(to, 'late.bin'), 'mine too')
    await expect(street.village.run(ben!.content.transfers.finished(late.id))).rejects.toThrow(
      expect.objectContaining({ code: 'TARGET_EXISTS' })
    )
    expect(await readFile(join(to, 'late.bin'), 'utf8')).toBe('mine too')
    await rm(join(to, 'late.bin'))
    ben!.content.transfers.resume(late.id)
    const done = await street.village.run(ben!.content.transfers.finished(late.id))
    expect(done.sources).toEqual([])
    expect(await readdir(to)).toEqual(['film.bin', 'late.bin'])
  })

  it('[D-34] says that there is no such folder', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'])
    const [ada, ben] = street.people
    const listing = await ada!.content.publish(ada!.group, await street.file('film.bin', 1, 10))
    await street.sees(ben!, listing)
    await expect(
      ben!.content.fetch(ben!.group, listing.cid, { to: join(street.folder, 'no', 'where') })
    ).rejects.toThrow(expect.objectContaining({ code: 'FILE_MISSING' }))
    await expect(ben!.content.fetch(ben!.group, listing.cid, { to: 'relative' })).rejects.toThrow(TypeError)
  })

  it('[D-34] says before it begins that there is no room', async () => {
    await expect(checkRoom('/tmp', 2 ** 62)).rejects.toThrow(expect.objectContaining({ code: 'DISK_FULL' }))
  })

  it('[D-35] waits its turn, and tells how far it is', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'], SLOW)
    const [ada, ben] = street.people
    const { content, group } = ben!
    for (let i = 0; i < 6; i++) {
      const listing = await ada!.content.publish(ada!.group, await street.file(`${i}.bin`, 20 + i, 4 * LEAF_BYTES))
      await street.sees(ben!, listing)
      await content.fetch(group, listing.cid)
    }
    const phases = content.transfers.list().map(transfer => transfer.phase)
    expect(phases.filter(phase => phase === 'queued')).toHaveLength(2)
    const rates: number[] = []
    content.subscribe(event => event.type === 'transfer' && rates.push(event.transfer.bytesPerSecond))
    const ends = content.transfers.list().map(({ id }) => content.transfers.finished(id))
    await street.village.run(Promise.all(ends))
    expect(Math.max(...rates)).toBeGreaterThan(0)
    for (const transfer of content.transfers.list())
      expect(transfer).toMatchObject({ state: 'done', doneBytes: 4 * LEAF_BYTES, phase: undefined })
  })

  it('[D-35] is one for each content', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'], SLOW)
    const [ada, ben] = street.people
    const listing = await ada!.content.publish(ada!.group, await street.file('film.bin', 1, 8 * LEAF_BYTES))
    await street.sees(ben!, listing)
    const fetch = (to?: string): Promise<{ id: string }> => ben!.content.fetch(ben!.group, listing.cid, { to })
    const first = await fetch()
    expect((await fetch()).id).toBe(first.id)
    await expect(fetch(join(street.folder, 'else'))).rejects.toThrow(
      expect.objectContaining({ code: 'TRANSFER_RUNNING' })
    )
    await expect(ben!.content.publish(ben!.group, join(street.folder, 'film.bin'))).rejects.toThrow(
      expect.objectContaining({ code: 'TRANSFER_RUNNING' })
    )
    await street.village.run(ben!.content.transfers.finished(first.id))
    expect((await fetch()).id).not.toBe(first.id)
  })

  it('[D-36] copies what is here already', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'])
    const [ada] = street.people
    const path = await street.file('film.bin', 1, 2 * LEAF_BYTES + 1)
    const listing = await ada!.content.publish(ada!.group, path)
    const { sources } = await street.fetch(ada!, listing, join(street.folder, 'copy'))
    expect(sources).toEqual([])
    expect(await sameBytes(path, join(street.folder, 'copy'))).toBe(true)
  })
})
