import { afterEach, beforeEach, expect, it } from 'vitest'
import { manualClock, memoryStores, type ManualClock } from '@borgo/core/testing'
import { createAccessStore, LINK_MS, LOOK_MS, SESSION_IDLE_MS, SESSION_MS, type AccessStore } from './access.ts'

let clock: ManualClock
let stores: ReturnType<typeof memoryStores>
let access: AccessStore

beforeEach(() => {
  clock = manualClock()
  stores = memoryStores()
  access = createAccessStore(stores.of('api'), clock)
})
afterEach(() => stores.close())

const signIn = (): string => access.signIn(access.createLink().secret)!.secret

it('[N-13] takes a link once', () => {
  const { secret } = access.createLink()
  expect(access.signIn(secret)?.access).toMatchObject({ by: 'session', scope: 'admin' })
  expect(access.signIn(secret)).toBeUndefined()
  expect(access.signIn('borgo_l_made-up')).toBeUndefined()
})

it('[N-13] takes a link for ten minutes', async () => {
  const { secret, expiresAt } = access.createLink()
  expect(expiresAt).toBe(clock.now() + LINK_MS)
  await clock.advance(LINK_MS)
  expect(access.signIn(secret)).toBeUndefined()
})

it('[N-13] ends a session that nobody uses, and any after seven days', async () => {
  const idle = signIn()
  await clock.advance(SESSION_IDLE_MS)
  expect(access.bySession(idle)).toBeUndefined()

  const used = signIn()
  for (let at = 0; at < SESSION_MS - SESSION_IDLE_MS / 2; at += SESSION_IDLE_MS / 2) {
    expect(access.bySession(used)).toBeDefined()
    await clock.advance(SESSION_IDLE_MS / 2)
  }
  await clock.advance(SESSION_IDLE_MS / 2)
  expect(access.bySession(used)).toBeUndefined()
  expect(access.sessions()).toEqual([])
})

it('[N-13] lists sessions and ends one', () => {
  const [first, second] = [signIn(), signIn()]
  const { id } = access.bySession(first)!
  expect(access.sessions(id).map(({ current }) => current)).toEqual([true, false])
  expect(access.endSession(id)).toBe(true)
  expect(access.endSession(id)).toBe(false)
  expect(access.bySession(first)).toBeUndefined()
  expect(access.bySession(second)).toBeDefined()
})

it('[N-12] knows a token until it expires or is revoked', async () => {
  const { token, info } = access.createToken({ name: 'backup', scope: 'read' })
  const short = access.createToken({ name: 'once', scope: 'admin', expiresInMs: 1_000 })
  expect(access.byToken(token)).toEqual({ by: 'token', scope: 'read', id: info.id })
  expect(access.byToken(short.token)).toMatchObject({ scope: 'admin', expiresAt: clock.now() + 1_000 })
  await clock.advance(1_000)
  expect(access.byToken(short.token)).toBeUndefined()
  expect(access.tokens()).toEqual([info])
  expect(access.revokeToken(info.id)).toBe(true)
  expect(access.byToken(token)).toBeUndefined()
})

it('[N-22] says when a session or token is over, however it ends', async () => {
  const over: string[] = []
  const session = access.bySession(signIn())!
  const revoked = access.createToken({ name: 'revoked', scope: 'read' }).info
  const short = access.createToken({ name: 'short', scope: 'read', expiresInMs: LOOK_MS }).info
  access.whenOver(session.id, () => over.push('session'))
  access.whenOver(revoked.id, () => over.push('revoked'))
  access.whenOver(revoked.id, () => over.push('nobody waits for it'))()
  access.whenOver(short.id, () => over.push('short'))
  access.revokeToken(revoked.id)
  expect(over).toEqual(['revoked'])
  await clock.advance(LOOK_MS)
  expect(over).toEqual(['revoked', 'short'])
  await clock.advance(SESSION_IDLE_MS)
  expect(over).toEqual(['revoked', 'short', 'session'])
})

it('[N-18] stores hashes, never secrets', () => {
  const secrets = [signIn(), access.createToken({ name: 'a', scope: 'admin' }).token, access.createLink().secret]
  const kept = JSON.stringify([...access.tokens(), ...access.sessions()])
  for (const secret of secrets) {
    expect(secret).toMatch(/^borgo_[lst]_[\w-]{43}$/)
    expect(kept).not.toContain(secret)
  }
})
