import { open } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { unixfs } from '@helia/unixfs'
import { BlackHoleBlockstore } from 'blockstore-core/black-hole'

export const GIBIBYTE = 1_073_741_824
const STEP = 1_048_576

/** Every MiB begins with its number, so that no two are equal; the rest is zeros, which a file keeps as holes. */
function head(index: number): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`leaf ${index}`)
}

/** Writes the gibibyte as a sparse file: 4 MiB on disk. */
export async function writeGibibyte(path: string): Promise<void> {
  await using file = await open(path, 'wx')
  await file.truncate(GIBIBYTE)
  for (let index = 0; index * STEP < GIBIBYTE; index++) await file.write(head(index), 0, undefined, index * STEP)
}

async function* gibibyte(): AsyncGenerator<Uint8Array> {
  for (let index = 0; index * STEP < GIBIBYTE; index++) {
    const leaf = new Uint8Array(STEP)
    leaf.set(head(index))
    yield leaf
  }
}

/** `node test/gibibyte.ts` prints the id that Helia gives the gibibyte: the constant in `gibibyte.test.ts`. */
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const cid = await unixfs({ blockstore: new BlackHoleBlockstore() }).addByteStream(gibibyte())
  process.stdout.write(`${cid.toString()}\n`)
}
