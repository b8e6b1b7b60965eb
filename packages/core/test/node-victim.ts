/**
 * A node that takes in what others write, writes, lets somebody in, throws them out and changes the key, until it is killed.
 * Prints a line for everything that it has acknowledged. Run by node-crash.test.ts.
 */
import { setImmediate } from 'node:timers/promises'
import type { AccountId } from '../src/ids.ts'
import { createNode } from '../src/node.ts'
import { seededRandom } from '../src/testing/random.ts'
import { NOTE, notebook } from './notebook.ts'

const say = (...words: (string | number)[]): boolean => process.stdout.write(`${words.join(' ')}\n`)
say('begun')
const [folder = '', address = '', guest = '', seed = ''] = process.argv.slice(2)
const random = seededRandom(Number(seed))
const node = await createNode({ folder, listen: ['/ip4/127.0.0.1/tcp/0'], dht: 'off' })
const follow = await node.use(notebook())
const [group] = node.groups.list()
if (!group) throw new TypeError('the group is gone')
await node.dial(address)

const shown = new Set<string>()
const sayOperations = (): void => {
  for (const { id } of group.audit()) {
    if (shown.has(id)) continue
    shown.add(id)
    say('operation', id)
  }
}

async function changeSomething(account: AccountId): Promise<void> {
  const what = random()
  if (!group) return
  if (what < 0.2) {
    await group.rotateKey()
    say('key', group.key.generation)
  } else if (what < 0.3) await group.setPolicy({ keyRecords: 100 + Math.floor(random() * 1_000) })
  else if (what < 0.5) await group.revokeInvitation((await group.invite()).id)
  else if (group.member(account)) {
    if (what < 0.7) await group.setRole(account, random() < 0.5 ? 'reader' : 'writer')
    else await group.remove(account)
  } else if (!group.invitations().some(invitation => invitation.account === account))
    say('invitation', (await group.invite({ account })).link)
  sayOperations()
}

async function change(): Promise<never> {
  for (;;) {
    await changeSomething(guest as AccountId)
    await setImmediate()
  }
}

async function write(): Promise<never> {
  for (;;) {
    const { device, seq } = await group!.append(NOTE, 'x'.repeat(Math.floor(random() * 4_000)))
    say('record', device, seq)
    await setImmediate()
  }
}

async function receive(): Promise<void> {
  for await (const { device, seq } of follow()) if (device !== node.self.device) say('record', device, seq)
}

await Promise.all([change(), write(), receive()])
