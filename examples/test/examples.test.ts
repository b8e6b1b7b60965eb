import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createNode } from '@borgo/core'
import { rtc } from '@borgo/plugin-rtc'
import { afterAll, expect, it } from 'vitest'
import { install, ROOT } from './installed.ts'

const LISTEN = '/ip4/127.0.0.1/tcp/0'
const EXAMPLES = join(ROOT, 'examples')

const installed = install('packages/core', 'packages/plugin-rtc', 'packages/plugin-distribution')
const home = installed.path
afterAll(() => installed[Symbol.dispose]())
for (const file of globSync('*.ts', { cwd: EXAMPLES })) copyFileSync(join(EXAMPLES, file), join(home, file))

/** A running example: its lines as they come, and its end. */
function start(...args: string[]) {
  const child = spawn(process.execPath, args, { cwd: home, env: { ...process.env, LISTEN }, stdio: 'pipe' })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let errors = ''
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()))
  const ended = once(child, 'close')
  return {
    /** The next line that has this in it. */
    async line(part: string | RegExp): Promise<string> {
      for (;;) {
        const { done, value } = await lines.next()
        if (done) throw new Error(`it ended without ${String(part)}:\n${errors}`)
        if (value.match(part)) return value.trim()
      }
    },
    async end(signal?: NodeJS.Signals): Promise<void> {
      if (signal) child.kill(signal)
      await ended
      expect({ code: child.exitCode, errors }).toEqual({ code: 0, errors: '' })
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    }
  }
}

it('brings its types: every example compiles against the packed packages', () => {
  const options = ['--strict', '--skipLibCheck', '--noEmit', '--types', 'node']
  const types = ['--typeRoots', join(ROOT, 'node_modules/@types'), '--allowImportingTsExtensions']
  const target = ['--target', 'es2024', '--lib', 'es2025,esnext.disposable', '--module', 'nodenext']
  const files = globSync('*.ts', { cwd: EXAMPLES }).filter(file => !file.includes('.config.'))
  expect(files.length).toBeGreaterThan(2)
  installed.run(join(ROOT, 'node_modules/.bin/tsc'), ...options, ...types, ...target, ...files)
})

it('is short: the bot under 60 lines, the plugin under 80', () => {
  const lines = (file: string): number => readFileSync(join(EXAMPLES, file), 'utf8').trim().split('\n').length
  expect(lines('chat-bot.ts')).toBeLessThan(60)
  expect(lines('guest-book.ts')).toBeLessThan(80)
})

it('a bot answers in a group, also what was asked while it was away', async () => {
  const node = await createNode({ folder: join(home, 'asker'), name: 'Ada', listen: [LISTEN] })
  await using stack = new AsyncDisposableStack()
  stack.defer(() => node.stop())
  const { chat } = await node.use(rtc())
  const group = await node.groups.create({ name: 'Osteria' })
  const answer = (to: string): Promise<string> =>
    new Promise(resolve => {
      chat.subscribe(event => event.type === 'message' && event.message.reply === to && resolve(event.message.text))
    })
  await using bot = start('chat-bot.ts', (await group.invite()).link)
  await bot.line('Rolls in Osteria')
  const asked = await chat.send(group.id, '!roll 3d1')
  expect(await answer(asked.id)).toBe('1 + 1 + 1 = 3')
  await bot.end('SIGINT')

  const missed = await chat.send(group.id, '!roll 2d1')
  const late = answer(missed.id)
  await using again = start('chat-bot.ts')
  expect(await late).toBe('1 + 1 = 2')
  await again.end('SIGINT')
})

it('a file is dropped for whoever has the link', async () => {
  const bytes = Buffer.alloc(3_000_000, 'Borgo')
  writeFileSync(join(home, 'picture.raw'), bytes)
  mkdirSync(join(home, 'taken'))
  await using giver = start('file-drop.ts', 'give', 'picture.raw')
  const link = await giver.line('borgo:join/')
  await using taker = start('file-drop.ts', 'take', link, 'taken')
  await taker.line('picture.raw is in ')
  await taker.end()
  expect(readFileSync(join(home, 'taken/picture.raw')).equals(bytes)).toBe(true)
  await giver.end('SIGINT')
})

it('a plugin of your own keeps records and speaks a protocol', async () => {
  await using host = start('guest-book.ts', 'open')
  const link = await host.line('borgo:join/')
  await using guest = start('guest-book.ts', 'sign', link, 'Buona', 'sera')
  await guest.line('Signed. 1 at home.')
  await guest.end()
  await host.line('Somebody: Buona sera')
  await host.end('SIGINT')
})
