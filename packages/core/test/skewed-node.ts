/**
 * For `clocks.test.ts`: a node on the clock of a computer that is off by so many ms. Does what it is sent one after the
 * other, and answers each with what came of it.
 */
import { basename } from 'node:path'
import type { GroupId, PeerId } from '../src/ids.ts'
import type { Group } from '../src/groups/group.ts'
import type { RecordKind } from '../src/log/kind.ts'

export type Command = { write: string } | { dial: string } | { join: string } | { see: number } | { create: true }

/** What a node sees once it has so many notes. */
export interface Seen {
  notes: string[]
  off: string[]
  encryptions: string[]
  /** By device, whole hours. */
  skewHours: Record<PeerId, number>
}

const [folder = '', skewMs = '0'] = process.argv.slice(2)

const RightDate = Date
const now = (): number => RightDate.now() + Number(skewMs)
globalThis.Date = new Proxy(RightDate, {
  construct: (_, args: [number?]) => new RightDate(args[0] ?? now()),
  get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown))
})
// Not before: what is imported first could keep the right one.
const { createNode } = await import('../src/node.ts')

const NOTE: RecordKind<string> = { name: 'clocks/note', role: 'writer', maxBytes: 100, parse: String }
const node = await createNode({
  folder,
  name: basename(folder),
  listen: ['/ip4/127.0.0.1/tcp/0'],
  mdns: false,
  dht: 'off'
})
const { groups, signal } = await node.use({
  name: 'clocks',
  start(context) {
    context.groups.define(NOTE)
    return context
  }
})
const group = (): Group => groups.get(groups.list()[0]?.id as GroupId)!

async function see(count: number): Promise<Seen> {
  let seen = 0
  for await (const _ of groups.follow([NOTE], { after: 0, signal })) if (++seen === count) break
  const { entries } = group().page([NOTE])
  // Clocks are compared when connections begin, beside everything else.
  const others = () =>
    group()
      .members()
      .filter(({ account }) => account !== node.self.account)
  while (others().some(({ clockSkewMs }) => clockSkewMs === undefined)) await new Promise(setImmediate)
  return {
    notes: entries.map(({ data }) => data),
    off: entries.filter(({ isTimeOff }) => isTimeOff).map(({ data }) => data),
    encryptions: node.peers.list().flatMap(({ connections }) => connections.map(({ encryption }) => encryption)),
    skewHours: Object.fromEntries(
      others().map(({ devices, clockSkewMs }) => [devices[0], Math.round(clockSkewMs! / 3_600_000)])
    )
  }
}

async function done(command: Command): Promise<unknown> {
  if ('create' in command) {
    const { link } = await (await groups.create({ name: 'Clocks' })).invite({ uses: 10 })
    return link
  }
  if ('join' in command) return (await groups.join(command.join)).id
  if ('dial' in command) return await node.dial(command.dial)
  if ('write' in command) return (await group().append(NOTE, command.write)).id
  return await see(command.see)
}

process.on('message', (command: Command) => {
  done(command).then(
    result => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) })
  )
})
process.on('disconnect', () => void node.stop().then(() => process.exit(0)))
process.send?.({ result: { device: node.self.device, address: node.addresses()[0] } })
