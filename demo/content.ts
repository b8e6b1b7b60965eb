import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Transfer } from '@borgo/api'
import type { House } from './house.ts'
import { must } from './tell.ts'
import type { Teller } from './tell.ts'

const MIB = 2 ** 20
const FILE_MIB = 192

/** A large file from one, then from two at once with a kill -9 between, and a folder. */
export async function contentChapter(tell: Teller, houses: [House, House, House], group: string): Promise<void> {
  const [ada, ben, cleo] = houses
  const file = join(ada.folder, '..', 'film.bin')
  let sum = ''
  let cid = ''

  const fetched = async ({ client }: House, id: string): Promise<Transfer | false> => {
    const transfer = await client.content.transfer({ params: { transfer: id } })
    must(
      transfer.state !== 'failed',
      `the transfer failed: ${transfer.error?.code ?? ''} ${transfer.error?.message ?? ''}`
    )
    return transfer.state === 'done' && transfer
  }
  const sources = ({ sources }: Transfer): string =>
    sources.map(({ name, bytes }) => `${name} ${Math.round(bytes / MIB)}`).join(', ')

  tell.chapter('Content')
  await tell.step(`Ada publishes a file of ${FILE_MIB} MiB, where it lies`, async () => {
    const handle = await open(file, 'w')
    for (let written = 0; written < FILE_MIB; written++) await handle.write(randomBytes(MIB))
    await handle.close()
    sum = await digest(file)
    cid = (await ada.client.content.publish({ params: { group }, body: { path: file } })).cid
    return cid
  })
  await tell.step('Ben fetches it', async () => {
    await ben.until(['content'], async () => (await ben.client.content.list({ params: { group } })).length > 0)
    const began = performance.now()
    const { id } = await ben.client.content.fetch({ params: { group, cid }, body: {} })
    const done = await ben.until(['transfers'], () => fetched(ben, id))
    must((await digest(done.target)) === sum, "Ben's copy is the file")
    return `${Math.round((FILE_MIB * MIB) / 1e3 / (performance.now() - began))} MB/s from ${sources(done)} MiB`
  })
  await tell.step('Cleo fetches it from both, is killed in the middle and goes on', async () => {
    await cleo.until(['content'], async () => (await cleo.client.content.list({ params: { group } })).length > 0)
    const { id } = await cleo.client.content.fetch({ params: { group, cid }, body: {} })
    const read = (): Promise<Transfer> => cleo.client.content.transfer({ params: { transfer: id } })
    await cleo.until(['transfers'], async () => (await read()).doneBytes > (FILE_MIB * MIB) / 2)
    await cleo.kill()
    await cleo.start()
    const done = await cleo.until(['transfers'], () => fetched(cleo, id))
    const again = done.sources.reduce((sum, { bytes }) => sum + bytes, 0)
    must(again < 0.9 * FILE_MIB * MIB, 'what was fetched before the kill was kept')
    must((await digest(done.target)) === sum, "Cleo's copy is the file")
    return `${FILE_MIB - Math.round(again / MIB)} MiB kept; then ${sources(done)} MiB`
  })
  await tell.step('Ben publishes a folder; Ada fetches it', async () => {
    const folder = join(ben.folder, '..', 'recipes')
    await mkdir(join(folder, 'sweet'), { recursive: true })
    await writeFile(join(folder, 'bread.txt'), 'flour, water, salt')
    await writeFile(join(folder, 'sweet', 'crostata.txt'), 'flour, butter, jam')
    const published = await ben.client.content.publish({ params: { group }, body: { path: folder } })
    const params = { group, cid: published.cid }
    await ada.until(['content'], async () =>
      (await ada.client.content.list({ params: { group } })).some(content => content.cid === published.cid)
    )
    const { id } = await ada.client.content.fetch({ params, body: {} })
    const done = await ada.until(['transfers'], () => fetched(ada, id))
    const text = await readFile(join(done.target, 'sweet', 'crostata.txt'), 'utf8')
    must(text === 'flour, butter, jam', 'the folder arrived whole')
    return `${published.files ?? 0} files`
  })
}

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: MIB }), hash)
  return hash.digest('hex')
}
