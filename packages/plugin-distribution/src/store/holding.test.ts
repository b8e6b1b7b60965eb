import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryStores } from '@borgo/core/testing'
import { expect, it } from 'vitest'
import { pattern } from '../../test/pattern.ts'
import { PieceSet } from '../piece-set.ts'
import { LEAF_BYTES } from '../unixfs/layout.ts'
import { scan } from '../unixfs/scan.ts'
import { Holding } from './holding.ts'
import { PieceFiles } from './piece-files.ts'
import { MIGRATIONS } from './schema.ts'
import { Shelf } from './shelf.ts'

it('[D-30] a piece that is written while others are recorded is in the next record', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'borgo-'))
  const stores = memoryStores()
  try {
    const source = join(folder, 'source')
    const copy = join(folder, 'copy')
    const bytes = pattern(1, 8 * LEAF_BYTES)
    await writeFile(source, bytes)
    await writeFile(copy, new Uint8Array(bytes.length))
    const { cid, nodes } = await scan(source)
    const shelf = new Shelf(stores.of('distribution').database(MIGRATIONS))
    shelf.addNodes(cid, nodes)
    const outline = shelf.outline(cid, bytes.length)
    const have = new PieceSet(outline.pieces)
    const row = { cid, root: copy, isOwned: true, bytes: bytes.length, fault: undefined }
    shelf.put({ ...row, have: have.bits() }, [{ path: '', bytes: bytes.length, mtimeMs: 0 }])
    const holding = new Holding(cid, outline, have, new PieceFiles(copy, outline, { isWritable: true }), shelf)

    const work: Promise<void>[] = []
    for (let piece = 0; piece < outline.pieces; piece++) {
      const place = piece * LEAF_BYTES
      work.push(holding.write(piece, bytes.subarray(place, place + LEAF_BYTES)), holding.record())
    }
    await Promise.all(work)
    await holding.record()
    expect(shelf.get(cid)?.have).toEqual(PieceSet.full(8).bits())
    await holding.close()
  } finally {
    stores.close()
    await rm(folder, { recursive: true, force: true })
  }
})
