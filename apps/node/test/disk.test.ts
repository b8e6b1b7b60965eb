import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createClient, type Client } from '@borgo/api'
import { expect, it } from 'vitest'
import type { Started } from '../src/daemon/run.ts'
import { BIN, cleanEnv, temporaryFolder } from './harness.ts'

/** Runs a node on a file system of its own, which nobody else sees; `options` are those of mount for tmpfs. */
function startOn(folder: string, options: string): ChildProcessWithoutNullStreams {
  const script = 'mount -t tmpfs -o "$1" tmpfs "$2" && shift 2 && exec "$@"'
  const node = [process.execPath, BIN, 'start', '--json', '--data', folder]
  const loopback = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-mdns', '--api-port', '0']
  return spawn('unshare', ['-rm', 'sh', '-c', script, 'sh', options, folder, ...node, ...loopback], {
    env: cleanEnv()
  })
}

it.each([
  ['a full disk', 'size=64k', 'the disk is full: free some space'],
  ['a read-only folder', 'ro', 'cannot write here: choose another folder or fix its owner']
])('[N-4] says that it cannot start on %s, and what helps', async (_, options, message) => {
  using folder = temporaryFolder()
  const child = startOn(folder.path, options)
  const [stderr] = await Promise.all([text(child.stderr), once(child, 'close')])
  expect(child.exitCode).toBe(1)
  expect(JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
    error: { message: expect.stringMatching(new RegExp(`^${folder.path}.*${message}$`)) as string }
  })
})

it('[N-8] lives through a full disk and goes on when there is room', async () => {
  using folder = temporaryFolder()
  const child = startOn(folder.path, 'size=16m')
  let output = ''
  for await (const chunk of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    output += String(chunk)
    if (output.endsWith('}\n')) break
  }
  const client = await signIn(JSON.parse(output) as Started)
  await client.groups.create({ body: { name: 'before' } })

  const seen = join(`/proc/${child.pid}/root`, folder.path)
  const { bavail, bsize } = statfsSync(seen)
  writeFileSync(join(seen, 'fill'), Buffer.alloc(bavail * bsize))
  const kept = ['before']
  let refusal: unknown
  for (let count = 0; refusal === undefined && count < 500; count += 1)
    await client.groups.create({ body: { name: `g${count}` } }).then(
      ({ name }) => kept.push(name),
      (error: unknown) => (refusal = error)
    )
  expect(refusal).toMatchObject({ code: 'DISK_FULL', status: 507 })

  rmSync(join(seen, 'fill'))
  await client.groups.create({ body: { name: 'after' } })
  const names = (await client.groups.list()).map(({ name }) => name)
  expect(names.toSorted()).toEqual([...kept, 'after'].toSorted())
  child.kill()
  await once(child, 'close')
  expect(child.exitCode).toBe(0)
})

/** Over TCP: the socket lies on the file system that only the node sees. */
async function signIn({ api, link }: Started): Promise<Client> {
  let cookie = ''
  const client = createClient({
    baseUrl: api,
    async fetch(url, init) {
      const headers = new Headers(init.headers)
      headers.set('cookie', cookie)
      const response = await fetch(url, { ...init, headers })
      cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie
      return response
    }
  })
  await client.access.signIn({ body: { token: new URL(link).hash.slice('#token='.length) } })
  return client
}
