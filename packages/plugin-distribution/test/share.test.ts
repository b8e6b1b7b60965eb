import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LEAF_BYTES } from '../src/unixfs/layout.ts'
import { neighbourhood, sameBytes } from './neighbours.ts'

describe('a file', () => {
  it('[D-20] published by one is fetched, verified, by another', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'])
    const [ada, ben] = street.people
    const path = await street.file('film.bin', 1, 3 * LEAF_BYTES + 77)
    const listing = await ada!.content.publish(ada!.group, path)
    const transfer = await street.fetch(ben!, listing, join(street.folder, 'copy.bin'))
    expect(transfer.state).toBe('done')
    expect(await sameBytes(path, join(street.folder, 'copy.bin'))).toBe(true)
  })
})
