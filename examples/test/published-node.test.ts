import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, expect, it } from 'vitest'
import { install } from './installed.ts'

const PLUGINS = ['rtc', 'distribution', 'collab', 'compute'].map(name => `packages/plugin-${name}`)
const installed = install('packages/core', 'packages/api', ...PLUGINS, 'apps/node')
afterAll(() => installed[Symbol.dispose]())

/** Nothing of this machine's own settings and folders is used. */
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(BORGO_|VITEST|NODE_ENV)/.test(name))),
  BORGO_DATA: join(installed.path, 'data'),
  XDG_CACHE_HOME: join(installed.path, 'cache')
}
const LOOPBACK = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-mdns', '--api-port', '0']

function borgo(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('npx', ['--no', 'borgo', ...args], {
    ...{ cwd: installed.path, env, encoding: 'utf8' }
  })
  if (status !== 0) throw new Error(`borgo ${args.join(' ')} ended with ${status}: ${stderr}`)
  return stdout
}

it('runs as a stranger installs it: the node, its console, a job', async () => {
  const node = spawn('npx', ['--no', 'borgo', 'start', ...LOOPBACK], { cwd: installed.path, env, detached: true })
  const ended = once(node, 'close')
  let log = ''
  node.stderr.on('data', (text: Buffer) => (log += text.toString()))
  // The whole group: npx has a shell between itself and the node.
  const stop = (signal: NodeJS.Signals): void => void (node.exitCode === null && process.kill(-(node.pid ?? 0), signal))
  await using stack = new AsyncDisposableStack()
  stack.defer(async () => {
    stop('SIGKILL')
    await ended
  })

  let link: string | undefined
  for await (const line of createInterface({ input: node.stdout })) {
    link = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(line)?.[0]
    if (link) break
  }
  if (!link) throw new Error(`it ended without a link: ${log}`)

  const page = await fetch(link)
  const html = await page.text()
  expect([page.status, html]).toEqual([200, expect.stringContaining('<div id="root">')])
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? ''
  const { status, headers } = await fetch(new URL(script, link))
  expect([status, headers.get('content-type')]).toEqual([200, expect.stringContaining('javascript')])

  borgo('group', 'create', 'Family')
  expect(borgo('compute', 'run', 'Family', 'primes', '--to', '100000')).toContain('9592')

  stop('SIGTERM')
  await ended
  expect(log).toContain('stopping')
})

it('ships what it needs and nothing of the tests', () => {
  const root = join(installed.path, 'node_modules/@borgo/node')
  const service = readFileSync(join(root, 'service/borgo.service'), 'utf8')
  const [command = '', ...words] = /^ExecStart=(.*) start$/m.exec(service)?.[1]?.split(' ') ?? []
  const path = `${join(installed.path, 'node_modules/.bin')}:${process.env.PATH}`
  expect(installed.run('env', `PATH=${path}`, command, ...words, '--version')).toBe('0.1.0\n')
  expect(existsSync(join(root, 'test'))).toBe(false)
  expect(() => installed.run(process.execPath, '-e', "import('@borgo/node/testing')")).toThrow(
    /ERR_PACKAGE_PATH_NOT_EXPORTED/
  )
})
