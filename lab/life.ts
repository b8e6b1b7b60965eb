import { createHash, randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Connection, Job, Transfer } from '@borgo/api'
import type { House } from '../demo/house.ts'
import { must } from '../demo/tell.ts'
import { until } from './scene.ts'
import type { Scene } from './scene.ts'

/** Three members. What the author does has to reach the third, who is away at times: then through the carrier. */
export interface Village {
  author: House
  carrier: House
  third: House
}

/** π(10⁷); OEIS A006880. */
const PRIMES = { below: 10_000_000, count: '664579' }
const ENDLESS = 2 ** 40
const FILE_BYTES = 4 * 2 ** 20

/** How `at` is connected with `to` now. */
export async function connections(at: House, to: House): Promise<Connection[]> {
  const peers = await at.client.peers.list()
  return peers.find(({ device }) => device === to.identity().device)?.connections ?? []
}

/** Resolves when each of them is connected with each other. */
export async function allConnected(...houses: House[]): Promise<void> {
  for (const one of houses)
    for (const other of houses) if (one !== other) await until(async () => (await connections(one, other)).length > 0)
}

/** A new group of `host`. */
export async function found(host: House): Promise<string> {
  return (await host.client.groups.create({ body: { name: 'Village' } })).id
}

/** Lets `guest` in by a link. */
export async function invite(host: House, guest: House, group: string): Promise<void> {
  const { link = '' } = await host.client.groups.invite({ params: { group }, body: {} })
  await guest.client.groups.join({ body: { link } })
}

/** A new group of `host`, into which it lets two by links. */
export async function foundWith({ step }: Scene, host: House, ...guests: [House, House]): Promise<string> {
  const group = await found(host)
  await step('two join by a link', async () => {
    for (const guest of guests) await invite(host, guest, group)
  })
  return group
}

export async function say(at: House, group: string, text: string): Promise<void> {
  await at.client.chat.send({ params: { group }, body: { text } })
}

/** Resolves when the conversation holds all of them there. */
export async function heard(at: House, group: string, ...texts: string[]): Promise<void> {
  await at.until(['chat'], async () => {
    const { messages } = await at.client.chat.messages({ params: { group }, query: { limit: 1_000 } })
    const present = new Set(messages.map(({ text }) => text))
    return texts.every(text => present.has(text))
  })
}

/** A file of random bytes: publishes it in the group. */
export async function publish(at: House, group: string, bytes = FILE_BYTES): Promise<{ cid: string; digest: string }> {
  const path = join(at.folder, '..', `film-${Math.random()}.bin`)
  const film = randomBytes(bytes)
  await writeFile(path, film)
  const { cid } = await at.client.content.publish({ params: { group }, body: { path } })
  return { cid, digest: digestOf(film) }
}

/** Begins to fetch it as soon as it is known there. Returns the transfer's id. */
export async function beginFetch(at: House, group: string, cid: string): Promise<string> {
  await at.until(['content'], async () =>
    (await at.client.content.list({ params: { group } })).some(content => content.cid === cid)
  )
  return (await at.client.content.fetch({ params: { group, cid }, body: {} })).id
}

/** Resolves with a transfer that is done, whose file is the one that was published. */
export async function fetched(at: House, id: string, digest: string): Promise<Transfer> {
  const done = await at.until(['transfers'], async () => {
    const transfer = await at.client.content.transfer({ params: { transfer: id } })
    const { code = '', message = '' } = transfer.error ?? {}
    must(transfer.state !== 'failed', `the transfer failed: ${code} ${message}`)
    return transfer.state === 'done' && transfer
  })
  must(digestOf(await readFile(done.target)) === digest, 'the copy is the file')
  return done
}

/** They chat, fetch a file and write a document. */
export async function talk({ step, quick }: Scene, group: string, { author, carrier, third }: Village): Promise<void> {
  await step('the author writes, the third answers; everybody reads both', async () => {
    await say(author, group, 'Is anybody there?')
    await heard(third, group, 'Is anybody there?')
    await say(third, group, 'Here I am.')
    await Promise.all([heard(author, group, 'Here I am.'), heard(carrier, group, 'Is anybody there?', 'Here I am.')])
  })
  await step(
    'the author publishes a file, the third fetches it, verified',
    async () => {
      const { cid, digest } = await publish(author, group)
      const { sources } = await fetched(third, await beginFetch(third, group, cid), digest)
      const [way] = await connections(third, author)
      must(quick || way?.path !== 'direct' || way.bulk === 'socket', `${way?.bulk} carried the file`)
      return { sources: sources.map(({ name }) => name).join(), address: way?.address ?? '', bulk: way?.bulk ?? '' }
    },
    { facts: moved => ({ bytes: FILE_BYTES, ...moved }) }
  )
  await step('both write one document', async () => {
    const { id: workspace } = await author.client.workspaces.create({ body: { group, name: 'Feast' } })
    const { id: document } = await author.client.workspaces.createDocument({
      params: { workspace },
      body: { title: 'Plan' }
    })
    const params = { workspace, document }
    const texts = async (at: House): Promise<string> => {
      const known = await at.client.workspaces.documents({ params: { workspace } }).catch(() => [])
      return known.length > 0 ? (await at.client.workspaces.readDocument({ params })).text : ''
    }
    const write = (at: House, line: string): Promise<unknown> =>
      at.client.workspaces.writeDocument({
        params,
        query: { mode: 'append' },
        body: new TextEncoder().encode(`${line}\n`)
      })
    const reads = (at: House, ...lines: string[]): Promise<boolean> =>
      at.until(['workspaces'], async () => {
        const text = await texts(at)
        return lines.every(line => text.includes(line))
      })
    await write(author, 'bread')
    await reads(third, 'bread')
    await write(third, 'wine')
    await Promise.all([reads(author, 'bread', 'wine'), reads(carrier, 'bread', 'wine')])
  })
}

/** Everything that members do together; in the end the third is away. */
export async function live(scene: Scene, group: string, village: Village): Promise<void> {
  const { step } = scene
  const { author, carrier, third } = village
  await talk(scene, group, village)
  await step('the third counts primes for the author, who gets the sum', async () => {
    await third.client.compute.share({ body: { on: true } })
    const count = (hi: number): Promise<Job> =>
      author.client.compute.start({ body: { group, task: { type: 'primes', hi } } })
    const ready = (id: string, isReady: (job: Job) => boolean): Promise<Job> =>
      author.until(['compute'], async () => {
        const now = await author.client.compute.job({ params: { job: id } })
        must(now.state === 'running' || now.state === 'done', `the job ${now.state}: ${now.failure?.text ?? ''}`)
        return isReady(now) && now
      })
    // The author counts, too, and may be done before the third has begun: this one takes hours.
    const { device } = third.identity()
    const { id } = await count(ENDLESS)
    await ready(id, ({ workers }) => workers.some(worker => worker.device === device && worker.parts > 0))
    await author.client.compute.cancel({ params: { job: id } })
    const done = await ready((await count(PRIMES.below)).id, ({ state }) => state === 'done')
    must(done.sum === PRIMES.count, `π(10⁷) is ${PRIMES.count}, not ${done.sum ?? 'nothing'}`)
    await third.client.compute.share({ body: { on: false } })
  })
  await step('the third leaves; the author leaves a message with the carrier, and leaves', async () => {
    await third.stop()
    await say(author, group, 'For later')
    await heard(carrier, group, 'For later')
    await author.stop()
  })
  await step('the third is back', () => third.start())
  await step('the message reaches the third', () => heard(third, group, 'For later'))
  await step('the author is back', () => author.start())
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
