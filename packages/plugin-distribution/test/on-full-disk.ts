/** Runs in a mount namespace of its own: fetches to a disk of 8 MiB and prints what happened as JSON; then to the same disk made read-only. */
import { execFileSync } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from '@borgo/core'
import { LEAF_BYTES } from '../src/unixfs/layout.ts'
import { neighbourhood, sameBytes } from './neighbours.ts'

const [disk = ''] = process.argv.slice(2)
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk])

await using street = await neighbourhood(['Ada', 'Ben'], { latencyMs: 20 })
const [ada, ben] = street.people
if (!ada || !ben) throw new Error('nobody is there')
const { content, group } = ben

const outcome = async (id: string): Promise<string> => {
  try {
    return (await street.village.run(content.transfers.finished(id))).state
  } catch (error) {
    return hasCode(error, 'DISK_FULL', 'READ_ONLY') ? error.code : String(error)
  }
}

const large = await ada.content.publish(ada.group, await street.file('large.bin', 1, 9 * LEAF_BYTES))
await street.sees(ben, large)
const beforehand = await outcome((await content.fetch(group, large.cid, { to: disk })).id)

const path = await street.file('film.bin', 2, 6 * LEAF_BYTES)
const film = await ada.content.publish(ada.group, path)
await street.sees(ben, film)
const { id } = await content.fetch(group, film.cid, { to: disk })
await street.village.until(() => content.transfers.get(id).doneBytes > 0)
await writeFile(join(disk, 'ballast'), new Uint8Array(4 * LEAF_BYTES))
const halfway = await outcome(id)
const { state, doneBytes } = content.transfers.get(id)

await rm(join(disk, 'ballast'))
content.transfers.resume(id)
const afterwards = await outcome(id)

execFileSync('mount', ['-o', 'remount,ro', disk])
const small = await ada.content.publish(ada.group, await street.file('small.bin', 3, 10))
await street.sees(ben, small)
const readOnly = await outcome((await content.fetch(group, small.cid, { to: disk })).id)

const isSame = await sameBytes(path, join(disk, 'film.bin'))
process.stdout.write(
  JSON.stringify({ beforehand, halfway, state, someIsThere: doneBytes > 0, afterwards, readOnly, isSame })
)
