import { createInterface } from 'node:readline/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client, Linking } from '@borgo/api'
import { BorgoError, hasCode } from '@borgo/core/errors'
import { nodeError } from '../errors.ts'
import type { Context } from './cli.ts'
import { printable } from './printable.ts'

const POLL_MS = 300

type Comparing = Extract<Linking, { phase: 'comparing' }>
type Linked = Extract<Linking, { phase: 'linked' }>

/** Waits while linking is in one of these phases. Throws the error that linking failed with. */
export async function whileLinking(
  client: Client,
  phases: readonly Linking['phase'][],
  signal: AbortSignal
): Promise<Linking> {
  for (;;) {
    const state = await client.devices.linking({ signal })
    if (state.phase === 'failed') throw new BorgoError(state.code, state.reason)
    if (!phases.includes(state.phase)) return state
    await delay(POLL_MS, undefined, { signal })
  }
}

/** Shows the words, asks whether the other side shows the same, and tells the node. */
export async function compareWords(
  { client, note, signal }: Context,
  { words, role, other }: Comparing
): Promise<void> {
  const who = role === 'giver' ? `the new device ${printable(other)}` : `the device of ${printable(other)}`
  note(`\n  ${words.join('  ')}\n`)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await terminal.question(`Does ${who} show the same words? [y/n] `, { signal })
    if (/^y(es)?$/i.test(answer.trim())) await client.devices.confirm({ signal })
    else await client.devices.cancel({ query: { wordsDiffer: true }, signal })
  } finally {
    terminal.close()
  }
}

/** Waits until both sides agreed; on the new device, until its node has started again. Throws why it did not come to that. */
export async function linked({ client, signal }: Context, role: Comparing['role']): Promise<Linked> {
  const { account, device } = await client.status.identity({ signal })
  const state = await whileLinking(client, ['comparing'], signal).catch((error: unknown) => {
    // The new device's node stops between two looks at it.
    if (role === 'joiner' && isAway(error)) return undefined
    throw error
  })
  if (role === 'joiner') {
    await startedAgain(client, account, signal)
    return { phase: 'linked', role, device }
  }
  if (state?.phase === 'linked') return state
  throw nodeError('NOT_LINKED', 'the node links something else by now: look at `borgo device list`')
}

/** Waits until the node answers as one of another account than before. */
export async function startedAgain(client: Client, before: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      const { account } = await client.status.identity({ signal })
      if (account !== before) return
    } catch (error) {
      if (!isAway(error)) throw error
    }
    await delay(POLL_MS, undefined, { signal })
  }
}

function isAway(error: unknown): boolean {
  return hasCode(error, 'NOT_RUNNING', 'STOPPED') || error instanceof TypeError
}
