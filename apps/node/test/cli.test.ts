import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import {
  ConsoleLink,
  CreatedToken,
  Group,
  Identity,
  Invitation,
  LogLine,
  Member,
  NodeStatus,
  Peer,
  Setting,
  Token
} from '@borgo/api'
import { Type, type TSchema } from 'typebox'
import Compile from 'typebox/compile'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createProgram } from '../src/cli/program.ts'
import { borgo, connect, spawnBorgo, startNode, temporaryFolder, until, type TestNode } from './harness.ts'

const NO_GROUP = `b${'a'.repeat(52)}`
const NO_PEER = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN'

let ada: TestNode
let ben: TestNode
beforeAll(async () => {
  ;[ada, ben] = await Promise.all([startNode({ name: 'Ada' }), startNode({ name: 'Ben' })])
})
afterAll(async () => {
  await Promise.all([ada[Symbol.asyncDispose](), ben[Symbol.asyncDispose]()])
})

/** The value, once a schema has accepted it. */
function accepted<T>(schema: TSchema, value: T): T {
  expect([...Compile(schema).Errors(value)]).toEqual([])
  return value
}

it('[N-51] [N-52] from founding a group to being in it together', async () => {
  const created = await ada.borgo('group', 'create', 'Family', '--json')
  const group = accepted(Group, created.json<Group>())
  expect(created).toMatchObject({ code: 0, stderr: '' })

  const invited = await ada.borgo(
    'group',
    'invite',
    group.id,
    '--uses',
    '2',
    '--expires',
    '12h',
    '--role',
    'reader',
    '--json'
  )
  const invitation = accepted(Invitation, invited.json<Invitation>())
  expect(invitation).toMatchObject({ role: 'reader', uses: 2, used: 0 })

  const joined = await borgo(['group', 'join', '-', '--data', ben.folder, '--json'], { stdin: `${invitation.link}\n` })
  expect(accepted(Group, joined.json<Group>())).toMatchObject({ id: group.id, role: 'reader' })

  const members = await until(ada, ['groups'], async () => {
    const { members } = await ada.client.groups.get({ params: { group: group.id } })
    return members.length === 2 ? members : undefined
  })
  expect(members.map(({ name, role, self }) => ({ name, role, self }))).toEqual(
    expect.arrayContaining([
      { name: 'Ada', role: 'owner', self: true },
      { name: 'Ben', role: 'reader', self: false }
    ])
  )
  accepted(Type.Array(Group), (await ada.borgo('group', 'list', '--json')).json())
  accepted(Group, (await ada.borgo('group', 'show', group.id, '--json')).json())
  accepted(Type.Array(Member), (await ada.borgo('group', 'members', group.id, '--json')).json())
  accepted(Type.Array(Invitation), (await ada.borgo('group', 'invitations', group.id, '--json')).json())
  expect((await ada.borgo('group')).stdout).toMatch(/GROUP +NAME +ROLE +MEMBERS +ONLINE\nb\w{52} +Family +owner +2/)
})

it('[N-51] dials and lists peers', async () => {
  const [address = ''] = ben.started.addresses
  const dialled = await ada.borgo('peers', 'dial', address, '--json')
  expect(dialled.json()).toEqual({ device: ben.started.device })
  const peers = accepted(Type.Array(Peer), (await ada.borgo('peers', '--json')).json<Peer[]>())
  expect(peers.map(({ device }) => device)).toContain(ben.started.device)
  expect((await ada.borgo('peers')).stdout).toContain(ben.started.device)
})

it.each<[string[], TSchema]>([
  [['status'], NodeStatus],
  [['id'], Identity],
  [['open'], ConsoleLink],
  [['config'], Type.Array(Setting)],
  [['token', 'create', 'backup'], CreatedToken],
  [['token'], Type.Array(Token)],
  [['rename', 'Ada L.'], Identity]
])('[N-51] borgo %j prints what its schema accepts', async (command, schema) => {
  const { code, stdout, json } = await ada.borgo(...command, '--json')
  expect(code).toBe(0)
  accepted(schema, json())
  expect((await ada.borgo(...command)).stdout).not.toBe(stdout)
})

it('[N-51] [N-61] prints the log one line a document, and follows it until the node stops', async () => {
  await using node = await startNode({ args: ['--log-level', 'debug'] })
  const child = spawnBorgo(['logs', '--follow', '--limit', '1', '--json', '--data', node.folder])
  const stderr = text(child.stderr)
  const lines: LogLine[] = []
  let followed = false
  const asking = (async () => {
    while (!followed) await node.client.status.get()
    await node.stop()
  })()
  for await (const line of createInterface(child.stdout)) {
    lines.push(accepted(LogLine, JSON.parse(line) as LogLine))
    // More than the past that was asked for.
    followed = lines.length > 1
  }
  await asking
  expect({ stderr: await stderr, code: child.exitCode }).toEqual({ stderr: '', code: 0 })
  expect(lines.map(({ message }) => message)).toContain('answered')
  const times = lines.map(({ at }) => at)
  expect(times).toEqual([...times].sort((a, b) => a - b))
})

it('[N-52] answers every failure with its exit code and a message on stderr', async () => {
  using empty = temporaryFolder()
  const failures: [number, string[], RegExp][] = [
    [2, ['nonsense'], /unknown command/],
    [2, ['content', 'get', 'Family', 'film'], /unknown command 'get'/],
    [2, ['group', 'lst'], /Did you mean list\?/],
    [2, ['group', 'show'], /missing required argument/],
    [2, ['group', 'invite', NO_GROUP, '--uses', '0'], /whole number from 1 to 10000/],
    [2, ['group', 'invite', NO_GROUP, '--expires', 'soon'], /duration such as/],
    [2, ['group', 'invite', NO_GROUP, '--role', 'king'], /Allowed choices are .*writer/],
    [5, ['group', 'show', 'Nobody'], /no group is called Nobody/],
    [2, ['group', 'join', 'borgo:join/rubbish'], /./],
    [2, ['peers', 'dial', 'not-an-address'], /./],
    [1, ['peers', 'dial', `/ip4/127.0.0.1/tcp/1/p2p/${NO_PEER}`], /./],
    [3, ['status', '--data', empty.path], new RegExp(`no node is running on ${empty.path}: start it with`)],
    [5, ['group', 'show', NO_GROUP], /no group is called/],
    [5, ['token', 'revoke', 'none'], /none with this id/]
  ]
  for (const [code, command, message] of failures) {
    const named = command.includes('--data') ? command : [...command, '--data', ada.folder]
    const ran = await borgo(named)
    expect({ code: ran.code, stdout: ran.stdout }, command.join(' ')).toEqual({ code, stdout: '' })
    expect(ran.stderr).toMatch(message)
    expect(ran.stderr).not.toMatch(/ {4}at /)
  }
  const inJson = await borgo(['group', 'show', NO_GROUP, '--data', ada.folder, '--json'])
  expect(JSON.parse(inJson.stderr)).toMatchObject({ error: { code: 'GROUP_UNKNOWN' } })
})

it('[N-52] gives up after --timeout with 6', async () => {
  using folder = temporaryFolder()
  // Takes connections and never answers.
  const deaf = createServer().listen(join(folder.path, 'api.sock'))
  await once(deaf, 'listening')
  const { code, stderr } = await borgo(['status', '--timeout', '0.2', '--data', folder.path])
  deaf.close()
  expect(code).toBe(6)
  expect(stderr).toContain('not done within 0.2 s')
})

it('[N-53] ends quietly when its reader has gone', async () => {
  const child = spawnBorgo(['status', '--data', ada.folder])
  child.stdout.destroy()
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
  await once(child, 'close')
  expect({ code: child.exitCode, stderr }).toEqual({ code: 0, stderr: '' })
})

it('[N-50] describes every command', async () => {
  const program = await createProgram(['node', 'borgo', '--help'])
  const walk = (command: typeof program): string[] =>
    command.commands.flatMap(sub => [...(sub.description() === '' ? [sub.name()] : []), ...walk(sub)])
  expect(walk(program)).toEqual([])
  const { code, stdout } = await borgo(['--help'])
  expect(code).toBe(0)
  for (const command of program.commands.filter(command => command.name() !== 'complete'))
    expect(stdout).toContain(`  ${command.name()}`)
  expect(stdout).toContain('Exit codes: 0 done')
  expect((await borgo(['group', 'invite', '--help'])).stdout).toContain('--expires <duration>')
})

it.each(['bash', 'zsh', 'fish', 'powershell'])('[N-54] completes in %s', async shell => {
  const { code, stdout } = await borgo(['completion', shell])
  expect(code).toBe(0)
  expect(stdout).toContain('borgo')
})

it('[N-54] suggests commands', async () => {
  const { stdout } = await borgo(['complete', '--', 'group', ''])
  for (const name of ['create', 'invite', 'join', 'members']) expect(stdout).toContain(name)
})

it('[N-40] [N-41] shows each setting with its origin, and refuses unknown ones', async () => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, 'config.toml'), 'api-port = 5000\nname = "File"\n')
  const env = { BORGO_NAME: 'Variable', BORGO_DATA: folder.path }
  const { stdout, code, json } = await borgo(['config', '--json', '--log-level', 'warn'], { env })
  expect(code).toBe(0)
  expect(stdout).not.toBe('')
  const origins = Object.fromEntries(json<Setting[]>().map(({ key, value, origin }) => [key, [value, origin]]))
  expect(origins).toMatchObject({
    'api-port': [5000, 'file'],
    name: ['Variable', 'environment'],
    'log-level': ['warn', 'flag'],
    mdns: [true, 'default']
  })
  const typo = await borgo(['start', '--data', folder.path], { env: { BORGO_APIPORT: '1' } })
  expect(typo).toMatchObject({ code: 2 })
  expect(typo.stderr).toContain('did you mean BORGO_API_PORT?')
})

it('[N-18] leaves no secret in any log', async () => {
  await using node = await startNode({ args: ['--log-level', 'debug'] })
  const { link } = await node.client.groups
    .create({ body: { name: 'Secret' } })
    .then(group => node.client.groups.invite({ params: { group: group.id }, body: {} }))
  const { token } = await node.client.access.createToken({ body: { name: 't', scope: 'admin' } })
  await borgo(['group', 'join', '-', '--data', ben.folder], { stdin: link ?? '' })
  await connect(ben, node)
  const authorization = `Bearer ${token}`
  await fetch(`${node.started.api}/api/v1/status?token=${token}`, { headers: { authorization } })
  const secret = new URL(node.started.link).hash.slice('#token='.length)
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ token: secret })
  const signedIn = await fetch(`${node.started.api}/api/v1/session`, { method: 'POST', headers, body })
  const cookie = signedIn.headers.get('set-cookie')?.split(/[=;]/)[1] ?? ''
  await node.stop()
  const written = node.log() + readFileSync(join(node.folder, 'logs', 'node.log'), 'utf8') + ben.log()
  expect(written).toContain('answered')
  for (const hidden of [token, secret, cookie, link?.slice(-40) ?? '']) {
    expect(hidden.length).toBeGreaterThan(30)
    expect(written).not.toContain(hidden)
  }
})
