import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GroupId, Plugin, PluginContext, Stream } from '@borgo/core'
import { encode, prepare } from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import { describe, expect, it } from 'vitest'
import { cidFrom, cidOf, contentIdOf, RAW } from '../src/content-id.ts'
import { CONTENT, HOLDER, WITHDRAW } from '../src/listing/records.ts'
import { decodeAnswer, decodeAsk, encodeAnswer, encodeAsk, pieceBuffer, SWARM } from '../src/swarm/protocol.ts'
import type { Answer, Ask } from '../src/swarm/protocol.ts'
import { LEAF_BYTES, nameNode } from '../src/unixfs/layout.ts'
import { sha256 } from '../src/unixfs/sha256.ts'
import { neighbourhood, sameBytes } from './neighbours.ts'
import type { Neighbour } from './neighbours.ts'

/** A plugin that gives the core's context away, for members that do not follow the rules. */
const bare: Plugin<PluginContext> = { name: 'distribution', start: context => context }

/** Another member's open hand: what it sends and gets goes through unchecked. */
async function talk(context: PluginContext, to: Neighbour): Promise<Stream> {
  const group = context.groups.get(to.group.id)!
  return context.open(to.node.self.device, SWARM, { group })
}

async function next(stream: Stream): Promise<Answer | undefined> {
  const message = await stream.receive()
  return message && decodeAnswer(message)
}

describe('a holder', () => {
  it('[D-24] gives a content only to members of a group in which it is published', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'], { without: ['Ben'] })
    const [ada, ben] = street.people
    const { cid } = await ada!.content.publish(ada!.group, await street.file('secret.bin', 1, 100))
    const other = await ada!.node.groups.create({ name: 'Others' })
    const { link } = await other.invite()
    await street.village.run(ben!.node.groups.join(link))
    const context = await ben!.node.use(bare)
    const asked = async (id: GroupId): Promise<unknown> => {
      const stream = await context.open(ada!.node.self.device, SWARM, { group: context.groups.get(id)! })
      await stream.send(encodeAsk({ type: 'hello', cid: cidFrom(cid) }))
      return next(stream)
    }
    expect(await asked(other.id)).toEqual({ type: 'holding', holding: 'none' })
    expect(await asked(ben!.group.id)).toEqual({ type: 'holding', holding: 'complete' })
    await ada!.content.withdraw(ada!.group, cid)
    expect(await asked(ben!.group.id)).toEqual({ type: 'holding', holding: 'none' })
  })

  it('[D-25] does not serve a file that changed, and says so to its owner', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'], { latencyMs: 20 })
    const [ada, ben] = street.people
    const path = await street.file('film.bin', 1, 8 * LEAF_BYTES)
    const listing = await ada!.content.publish(ada!.group, path)
    await street.sees(ben!, listing)
    const { id } = await ben!.content.fetch(ben!.group, listing.cid)
    await street.village.until(() => ben!.content.transfers.get(id).doneBytes > 0)
    await writeFile(path, new Uint8Array(8 * LEAF_BYTES))
    await street.village.until(() => ben!.content.transfers.get(id).phase === 'seeking')
    expect(ben!.content.transfers.get(id).doneBytes).toBeLessThan(8 * LEAF_BYTES)
    expect(ada!.content.get(ada!.group, listing.cid).held).toMatchObject({ state: 'faulty', path })
    await street.file('film.bin', 1, 8 * LEAF_BYTES)
    await ada!.content.publish(ada!.group, path)
    await street.village.run(ben!.content.transfers.finished(id))
    expect(ada!.content.get(ada!.group, listing.cid).held).toEqual({ state: 'whole', path, isOwned: false })
  })

  it('[D-26] tells a peer with too many streams to come again', async () => {
    await using street = await neighbourhood(['Ada', 'Ben'], { without: ['Ben'] })
    const [ada, ben] = street.people
    const { cid } = await ada!.content.publish(ada!.group, await street.file('film.bin', 1, 100))
    const context = await ben!.node.use(bare)
    const answers: (Answer | undefined)[] = []
    for (let i = 0; i < 5; i++) {
      const stream = await talk(context, ada!)
      await stream.send(encodeAsk({ type: 'hello', cid: cidFrom(cid) }))
      answers.push(await next(stream))
    }
    expect(answers.map(answer => answer?.type === 'holding' && answer.holding)).toEqual([
      'complete',
      'complete',
      'complete',
      'complete',
      'busy'
    ])
  })

  it.each<[string, (cid: string) => Ask[]]>([
    ['does not begin with hello', () => [{ type: 'request', pieces: [0] }]],
    [
      'says hello twice',
      cid => [
        { type: 'hello', cid: cidFrom(cid) },
        { type: 'hello', cid: cidFrom(cid) }
      ]
    ],
    [
      'asks for a piece that is none',
      cid => [
        { type: 'hello', cid: cidFrom(cid) },
        { type: 'request', pieces: [1] }
      ]
    ]
  ])('[D-40] ends a stream that %s', async (_, asks) => {
    await using street = await neighbourhood(['Ada', 'Ben'], { without: ['Ben'] })
    const [ada, ben] = street.people
    const { cid } = await ada!.content.publish(ada!.group, await street.file('film.bin', 1, 100))
    const context = await ben!.node.use(bare)
    const stream = await talk(context, ada!)
    for (const ask of asks(cid)) await stream.send(encodeAsk(ask))
    const all = async (): Promise<void> => {
      while (await next(stream));
    }
    await expect(all()).rejects.toThrow(expect.objectContaining({ code: 'STREAM_RESET' }))
  })
})

describe('a fetcher', () => {
  /** A member whose pieces are all wrong. */
  async function liar(who: Neighbour, cid: string): Promise<() => number> {
    let served = 0
    await who.node.use({
      name: 'distribution',
      start(context) {
        context.groups.define(CONTENT)
        context.groups.define(WITHDRAW)
        context.groups.listen(HOLDER, () => undefined)
        context.handle(SWARM, async stream => {
          for await (const message of stream) {
            const ask = decodeAsk(message)
            if (ask.type === 'hello' && ask.cid.toString() === cid)
              await stream.send(encodeAnswer({ type: 'holding', holding: 'complete' }))
            if (ask.type === 'request')
              for (const piece of ask.pieces) {
                served++
                await stream.send(pieceBuffer(piece, LEAF_BYTES).fill(9, 5))
              }
          }
        })
      }
    })
    return () => served
  }

  it('[D-14] [D-25] refuses wrong bytes, does not ask their sender again, and gets the right ones elsewhere', async () => {
    await using street = await neighbourhood(['Ada', 'Ben', 'Eve'], { without: ['Eve'] })
    const [ada, ben, eve] = street.people
    const path = await street.file('film.bin', 1, LEAF_BYTES)
    const listing = await ada!.content.publish(ada!.group, path)
    const served = await liar(eve!, listing.cid)
    await street.sees(ben!, listing)
    street.village.network.partition(ada!.node.self.device, ben!.node.self.device)
    await street.village.until(() => !ben!.node.peers.get(ada!.node.self.device))
    const { id, target } = await ben!.content.fetch(ben!.group, listing.cid)
    await street.village.until(() => served() > 0 && ben!.content.transfers.get(id).phase === 'seeking')
    street.village.network.heal(ada!.node.self.device, ben!.node.self.device)
    const { sources } = await street.village.run(ben!.content.transfers.finished(id))
    expect(await sameBytes(path, target)).toBe(true)
    expect(sources.map(source => source.device)).toEqual([ada!.node.self.device])
    expect(served()).toBe(1)
  })

  it('[D-29] asks a member once a second at most, however often it says that it has some', async () => {
    await using street = await neighbourhood(['Ada', 'Ben', 'Eve'], { without: ['Eve'] })
    const [ada, ben, eve] = street.people
    const listing = await ada!.content.publish(ada!.group, await street.file('film.bin', 1, 100))
    let asked = 0
    const context = await eve!.node.use({
      name: 'distribution',
      start(own: PluginContext) {
        own.groups.listen(HOLDER, () => undefined)
        own.handle(SWARM, async stream => {
          asked++
          await stream.send(encodeAnswer({ type: 'holding', holding: 'none' }))
        })
        return own
      }
    })
    await street.sees(ben!, listing)
    street.village.isolate(ada!.node)
    await street.village.until(() => !ben!.node.peers.get(ada!.node.self.device))
    await ben!.content.fetch(ben!.group, listing.cid)
    const { clock } = street.village
    const end = clock.now() + 3_000
    await street.village.until(async () => {
      await context.groups.get(eve!.group.id)!.broadcast(HOLDER, { cid: listing.cid })
      return clock.now() >= end
    })
    expect(asked).toBeGreaterThan(1)
    expect(asked).toBeLessThanOrEqual(4)
  })

  it('[D-29] asks a member that was cut off when it is back, without waiting for its turn', async () => {
    await using street = await neighbourhood(['Ada', 'Ben', 'Eve'], { without: ['Eve'] })
    const [ada, ben, eve] = street.people
    const { village } = street
    const listing = await ada!.content.publish(ada!.group, await street.file('film.bin', 1, 100))
    const asked: number[] = []
    await eve!.node.use({
      name: 'distribution',
      start(own: PluginContext) {
        own.handle(SWARM, async stream => {
          asked.push(village.clock.now())
          await stream.send(encodeAnswer({ type: 'holding', holding: 'none' }))
        })
        return own
      }
    })
    await street.sees(ben!, listing)
    village.isolate(ada!.node)
    await village.until(() => !ben!.node.peers.get(ada!.node.self.device))
    await ben!.content.fetch(ben!.group, listing.cid)
    await village.until(() => asked.length === 1)
    village.network.partition(ben!.node.self.device, eve!.node.self.device)
    village.network.heal(ben!.node.self.device, eve!.node.self.device)
    await village.run(ben!.node.dial(eve!.node.addresses()[0]!))
    await village.until(() => asked.length === 2)
    expect(asked[1]! - asked[0]!).toBeLessThan(3_000)
  })

  it.each<[string, Exclude<Answer, { type: 'piece' }>]>([
    ['says it has nothing', { type: 'holding', holding: 'none' }],
    ['says it has all, and sends no list', { type: 'holding', holding: 'complete' }]
  ])('[D-16] is done although a member %s and talks on', async (_, holding) => {
    await using street = await neighbourhood(['Ada', 'Ben', 'Eve'], { without: ['Eve'] })
    const [ada, ben, eve] = street.people
    const path = await street.file('film.bin', 1, 2 * LEAF_BYTES)
    let asked = 0
    await eve!.node.use({
      name: 'distribution',
      start(context) {
        context.groups.define(CONTENT)
        context.handle(SWARM, async stream => {
          asked++
          await stream.send(encodeAnswer(holding))
          const chatter = context.clock.every(1_000, () => {
            stream.send(encodeAnswer({ type: 'reject', pieces: [0] })).catch(() => undefined)
          })
          stream.signal.addEventListener('abort', chatter)
          await new Promise(resolve => stream.signal.addEventListener('abort', resolve))
        })
      }
    })
    const cid = (await ada!.content.publish(ada!.group, path)).cid
    await street.sees(ben!, { cid })
    street.village.isolate(ada!.node)
    const { id } = await ben!.content.fetch(ben!.group, cid, { to: join(street.folder, 'copy.bin') })
    await street.village.until(() => asked > 0)
    street.village.rejoin(ada!.node)
    await street.village.until(() => ben!.content.transfers.get(id).state === 'done')
    expect(await sameBytes(path, join(street.folder, 'copy.bin'))).toBe(true)
  })

  it.each<[string, string, () => { cid: ReturnType<typeof contentIdOf>; bytes: number; node: Uint8Array }]>([
    [
      'whose list lies about its length',
      'BAD_CONTENT',
      () => {
        const leaf = { Name: '', Tsize: 5, Hash: cidOf(RAW, sha256(Uint8Array.of(1))) }
        const data = new UnixFS({ type: 'file', blockSizes: [5n] })
        const { cid, bytes } = nameNode(encode(prepare({ Data: data.marshal(), Links: [leaf] })))
        return { cid: contentIdOf(cid), bytes: 6, node: bytes }
      }
    ],
    [
      'with a name that would leave its folder',
      'BAD_NAME',
      () => {
        const leaf = { Name: '../../evil', Tsize: 1, Hash: cidOf(RAW, sha256(Uint8Array.of(1))) }
        const data = new UnixFS({ type: 'directory' })
        const { cid, bytes } = nameNode(encode(prepare({ Data: data.marshal(), Links: [leaf] })))
        return { cid: contentIdOf(cid), bytes: 1, node: bytes }
      }
    ]
  ])('[D-34] refuses a content %s', async (_, code, make) => {
    await using street = await neighbourhood(['Ben', 'Eve'], { without: ['Eve'] })
    const [ben, eve] = street.people
    const { cid, bytes, node } = make()
    const context = await eve!.node.use({
      name: 'distribution',
      start(own) {
        own.groups.define(CONTENT)
        own.handle(SWARM, async stream => {
          for await (const message of stream) {
            const ask = decodeAsk(message)
            if (ask.type === 'hello') await stream.send(encodeAnswer({ type: 'holding', holding: 'complete' }))
            if (ask.type === 'nodes') await stream.send(encodeAnswer({ type: 'node', bytes: node }))
          }
        })
        return own
      }
    })
    await context.groups.get(eve!.group.id)!.append(CONTENT, { cid, name: 'forged', bytes })
    await street.sees(ben!, { cid })
    const { id } = await ben!.content.fetch(ben!.group, cid, { to: join(street.folder, 'forged') })
    await expect(street.village.run(ben!.content.transfers.finished(id))).rejects.toThrow(
      expect.objectContaining({ code })
    )
    expect(ben!.content.transfers.get(id)).toMatchObject({ state: 'failed', error: { code } })
  })
})
