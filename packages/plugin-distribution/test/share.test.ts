import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { hasCode } from '@borgo/core'
import { describe, expect, it } from 'vitest'
import { LEAF_BYTES } from '../src/unixfs/layout.ts'
import { neighbourhood, sameBytes } from './neighbours.ts'
import { pattern } from './pattern.ts'

describe('fetching', () => {
  it('[D-20] brings a file that another published, verified', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'])
    const [ada, ben] = street.people
    const path = await street.file('film.bin', 1, 3 * LEAF_BYTES + 77)
    const listing = await ada!.content.publish(ada!.group, path, { mime: 'video/mp4' })
    const copy = join(street.folder, 'copy.bin')
    const transfer = await street.fetch(ben!, listing, copy)
    expect(transfer).toMatchObject({ state: 'done', doneBytes: 3 * LEAF_BYTES + 77, target: copy })
    expect(await sameBytes(path, copy)).toBe(true)
    expect(ben!.content.get(ben!.group, listing.cid)).toMatchObject({
      name: 'film.bin',
      mime: 'video/mp4',
      account: ada!.node.self.account,
      held: { state: 'whole', path: copy }
    })
  })

  it('[D-20] puts a file into a folder under its own name, or into one of the plugin', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'])
    const [ada, ben] = street.people
    const path = await street.file('small.txt', 1, 100)
    const listing = await ada!.content.publish(ada!.group, path)
    const first = await street.fetch(ben!, listing)
    expect(await sameBytes(path, first.target)).toBe(true)
    await mkdir(join(street.folder, 'downloads'))
    const second = await street.fetch(ben!, listing, join(street.folder, 'downloads'))
    expect(second.target).toBe(join(street.folder, 'downloads', 'small.txt'))
    expect(await sameBytes(path, second.target)).toBe(true)
  })

  it('[D-20] brings a folder with all that is in it', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'])
    const [ada, ben] = street.people
    const root = join(street.folder, 'photos')
    await mkdir(join(root, 'trip', 'deep'), { recursive: true })
    await mkdir(join(root, 'none'))
    await writeFile(join(root, 'trip', 'deep', 'a.jpg'), pattern(1, 2 * LEAF_BYTES + 9))
    await writeFile(join(root, 'trip', 'è così 日本.txt'), 'names')
    await writeFile(join(root, 'empty'), '')
    await symlink('/etc/passwd', join(root, 'link'))
    const listing = await ada!.content.publish(ada!.group, root)
    expect(listing).toMatchObject({ name: 'photos', files: 3, bytes: 2 * LEAF_BYTES + 14 })
    const { target } = await street.fetch(ben!, listing, street.folder + '/copy')
    expect((await readdir(target, { recursive: true })).sort()).toEqual(
      ['empty', 'none', 'trip', 'trip/deep', 'trip/deep/a.jpg', 'trip/è così 日本.txt'].sort()
    )
    expect(await sameBytes(join(root, 'trip/deep/a.jpg'), join(target, 'trip/deep/a.jpg'))).toBe(true)
    expect(
      ben!.content
        .files(ben!.group, listing.cid)
        ?.map(file => file.path)
        .sort()
    ).toEqual(['empty', 'trip/deep/a.jpg', 'trip/è così 日本.txt'].sort())
  })

  it('[D-20] brings a file of no bytes, and a folder of no files', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'])
    const [ada, ben] = street.people
    await mkdir(join(street.folder, 'nothing'))
    const folder = await ada!.content.publish(ada!.group, join(street.folder, 'nothing'))
    const file = await ada!.content.publish(ada!.group, await street.file('empty', 1, 0))
    expect((await stat((await street.fetch(ben!, folder)).target)).isDirectory()).toBe(true)
    expect((await stat((await street.fetch(ben!, file)).target)).size).toBe(0)
  })

  it('[D-21] takes from all who have it at once, also from one who has a part', async () => {
    await using street = await neighbourhood(['Ada', 'Ben', 'Cleo'], { latencyMs: 5 })
    const [ada, ben, cleo] = street.people
    const path = await street.file('film.bin', 2, 40 * LEAF_BYTES)
    const listing = await ada!.content.publish(ada!.group, path)
    await Promise.all([street.sees(ben!, listing), street.sees(cleo!, listing)])
    const copies = [join(street.folder, 'ben'), join(street.folder, 'cleo')]
    const ids = [
      (await ben!.content.fetch(ben!.group, listing.cid, { to: copies[0] })).id,
      (await cleo!.content.fetch(cleo!.group, listing.cid, { to: copies[1] })).id
    ]
    const sources = new Set<string>()
    cleo!.content.subscribe(event => {
      if (event.type === 'transfer') for (const { device } of event.transfer.sources) sources.add(device)
    })
    await street.village.run(ben!.content.transfers.finished(ids[0]!))
    await street.village.run(cleo!.content.transfers.finished(ids[1]!))
    expect(sources).toEqual(new Set([ada!.node.self.device, ben!.node.self.device]))
    for (const copy of copies) expect(await sameBytes(path, copy)).toBe(true)
  })

  it('[D-22] works when the publisher is gone and another has all of it', async () => {
    await using street = await neighbourhood(['Ada', 'Ben', 'Cleo'])
    const [ada, ben, cleo] = street.people
    const path = await street.file('film.bin', 3, 2 * LEAF_BYTES)
    const listing = await ada!.content.publish(ada!.group, path)
    await street.fetch(ben!, listing)
    await street.sees(cleo!, listing)
    await street.village.run(ada!.node.stop())
    const { target } = await street.fetch(cleo!, listing)
    expect(await sameBytes(path, target)).toBe(true)
  })

  it('[D-22] waits for somebody who has it', async () => {
    await using street = await neighbourhood(['Ada', 'Ben', 'Cleo'])
    const [ada, ben] = street.people
    const listing = await ada!.content.publish(ada!.group, await street.file('late.bin', 3, LEAF_BYTES))
    await street.sees(ben!, listing)
    street.village.isolate(ada!.node)
    await street.village.until(() => !ben!.node.peers.get(ada!.node.self.device))
    const { id } = await ben!.content.fetch(ben!.group, listing.cid)
    await street.village.until(() => ben!.content.transfers.get(id).phase === 'seeking')
    street.village.rejoin(ada!.node)
    expect(await street.village.run(ben!.content.transfers.finished(id))).toMatchObject({ state: 'done' })
  })

  it('[D-27] is for readers too; publishing is not', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'], { role: 'reader' })
    const [ada, ben] = street.people
    const path = await street.file('news.txt', 1, 500)
    await expect(ben!.content.publish(ben!.group, path)).rejects.toThrow(expect.objectContaining({ code: 'FORBIDDEN' }))
    const { target } = await street.fetch(ben!, await ada!.content.publish(ada!.group, path))
    expect(await sameBytes(path, target)).toBe(true)
  })
})

describe('holders', () => {
  it('[D-23] are listed with what they have, this device first', async () => {
    await using street = await neighbourhood(['Ada', 'Ben', 'Cleo'])
    const [ada, ben, cleo] = street.people
    const listing = await ada!.content.publish(ada!.group, await street.file('film.bin', 4, 8 * LEAF_BYTES))
    await Promise.all([street.sees(ben!, listing), street.sees(cleo!, listing)])
    const alone = await cleo!.content.holders(cleo!.group, listing.cid)
    expect(alone).toMatchObject([{ name: 'Ada', percent: 100, isSelf: false, account: ada!.node.self.account }])
    await street.fetch(ben!, listing)
    const both = await ben!.content.holders(ben!.group, listing.cid)
    expect(both).toMatchObject([
      { name: 'Ben', percent: 100, isSelf: true },
      { name: 'Ada', percent: 100, isSelf: false }
    ])
  })
})

describe('publishing', () => {
  it('[D-6] leaves the file where it is', async () => {
    await using street = await neighbourhood(['Ada'])
    const [ada] = street.people
    const path = await street.file('film.bin', 5, LEAF_BYTES)
    const { cid } = await ada!.content.publish(ada!.group, path)
    expect(ada!.content.get(ada!.group, cid).held).toEqual({ state: 'whole', path, isOwned: false })
  })

  it('[D-8] keeps an upload, and nothing of one that breaks off', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'])
    const [ada, ben] = street.people
    const bytes = pattern(6, 2 * LEAF_BYTES + 11)
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += 70_001) yield bytes.subarray(at, at + 70_001)
    }
    const listing = await ada!.content.upload(ada!.group, 'up.bin', chunks())
    const direct = await ada!.content.publish(ada!.group, await street.file('same.bin', 6, bytes.length))
    expect(direct.cid).toBe(listing.cid)
    const { target } = await street.fetch(ben!, listing)
    expect(Buffer.compare(await readFile(target), bytes)).toBe(0)

    const held = ada!.content.get(ada!.group, listing.cid).held
    const folder = held.state === 'whole' ? join(held.path, '..', '..', '..') : ''
    const before = await readdir(folder, { recursive: true })
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes
      throw new Error('gone')
    }
    await expect(ada!.content.upload(ada!.group, 'broken.bin', broken())).rejects.toThrow('gone')
    await expect(ada!.content.upload(ada!.group, '../up', chunks())).rejects.toThrow(
      expect.objectContaining({ code: 'BAD_NAME' })
    )
    expect(await readdir(folder, { recursive: true })).toEqual(before)
  })

  it('[D-9] can be taken back by who did it and by an owner, and done again', async () => {
    await using street = await neighbourhood(['Ada', 'Ben', 'Cleo'])
    const [ada, ben, cleo] = street.people
    const path = await street.file('draft.txt', 7, 100)
    const names = (): string[] => cleo!.content.list(cleo!.group).map(info => info.name)
    const { cid } = await ben!.content.publish(ben!.group, path)
    await street.village.until(() => names().length === 1)
    await expect(cleo!.content.withdraw(cleo!.group, cid)).rejects.toThrow(
      expect.objectContaining({ code: 'NOT_YOURS' })
    )
    await ben!.content.withdraw(ben!.group, cid)
    await street.village.until(() => names().length === 0)
    await ben!.content.publish(ben!.group, path, { name: 'again.txt' })
    await street.village.until(() => names()[0] === 'again.txt')
    await street.sees(ada!, { cid })
    await ada!.content.withdraw(ada!.group, cid)
    await street.village.until(() => names().length === 0)
    expect(await stat(path)).toBeTruthy()
  })

  it('[D-9] an upload that nobody lists any more is deleted', async () => {
    await using street = await neighbourhood(['Ada'])
    const [ada] = street.people
    const one = async function* (): AsyncGenerator<Uint8Array> {
      yield pattern(1, 10)
    }
    const { cid } = await ada!.content.upload(ada!.group, 'up.bin', one())
    const { held } = ada!.content.get(ada!.group, cid)
    await ada!.content.withdraw(ada!.group, cid)
    const path = held.state === 'whole' ? held.path : ''
    await expect(stat(path)).rejects.toSatisfy(error => hasCode(error, 'ENOENT'))
  })
})

describe('reading', () => {
  it('[D-25] gives any range of a file that is here, checked', async () => {
    await using street = await neighbourhood(['Ada'])
    const [ada] = street.people
    const path = await street.file('film.bin', 8, 2 * LEAF_BYTES + 50)
    const { cid } = await ada!.content.publish(ada!.group, path)
    const bytes = await readFile(path)
    const range = async (start?: number, end?: number): Promise<Buffer> =>
      buffer(ada!.content.read(ada!.group, cid, { start, end }))
    expect((await range()).equals(bytes)).toBe(true)
    expect((await range(LEAF_BYTES - 3, LEAF_BYTES + 4)).equals(bytes.subarray(LEAF_BYTES - 3, LEAF_BYTES + 4))).toBe(
      true
    )
    expect((await range(2 * LEAF_BYTES + 40)).length).toBe(10)
    await writeFile(path, 'changed')
    await expect(range()).rejects.toThrow(expect.objectContaining({ code: 'FILE_CHANGED' }))
    expect(ada!.content.get(ada!.group, cid).held).toMatchObject({
      state: 'faulty',
      fault: expect.stringContaining('changed')
    })
  })
})
