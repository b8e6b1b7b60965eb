import { randomBytes } from 'node:crypto'
import { coreError } from '../../../errors.ts'
import { seal } from '../../../identity/box.ts'
import type { Certificate } from '../../../identity/certificate.ts'
import type { Identity } from '../../../identity/identity.ts'
import type { PeerId } from '../../../ids.ts'
import type { Stream } from '../../../stream.ts'
import type { Comparison } from './comparison.ts'
import { NONCE_BYTES, encodeGivenAccount } from './protocol.ts'
import type { GivenAccount, LinkRefusal } from './protocol.ts'
import { talkOver } from './talk.ts'
import { commitmentTo, isEqual, linkWords, proofOf, transcriptHash } from './transcript.ts'

export const SEAL_TAG = 'borgo/link-account/1'

export interface GiverDeps {
  identity: Pick<Identity, 'account' | 'device' | 'name'>
  /** Whether these proofs show a link that is good now; takes it when it is. `isBy` tells whether a secret made them. */
  take(isBy: (secret: Uint8Array) => boolean): { secret: Uint8Array } | LinkRefusal
  /** Shows the words to the person here, and what the newcomer calls itself. */
  compare(words: readonly string[], label: string): Comparison
  /** Both agreed: what the newcomer is given. */
  give(): GivenAccount
  /** Lets it in, on disk: it is a device of this person's now. */
  admit(certificate: Certificate): void
}

/** Lets whoever opened the stream come to this account, when both people agree. Throws why it did not come to that. */
export async function giveAccount(
  stream: Stream,
  deps: GiverDeps,
  helloWithin: AbortSignal
): Promise<PeerId | undefined> {
  const { identity, take, compare, give, admit } = deps
  const { account, device: giver, name } = identity
  const talk = talkOver(stream)
  const joiner = stream.peer
  const { box, commitment, label, proof } = await talk.hear('hello', { signal: helloWithin })
  const shown = [giver, joiner, box, label, commitment]
  const taken = take(secret => isEqual(proof, proofOf(secret, 'joiner', shown)))
  if (typeof taken === 'string') {
    await talk.say({ type: 'refused', reason: taken })
    return undefined
  }
  const nonce = Uint8Array.from(randomBytes(NONCE_BYTES))
  const content = [...shown, account, name, nonce]
  await talk.say({ type: 'offer', account, name, nonce, proof: proofOf(taken.secret, 'giver', content) })
  const { nonce: joinerNonce } = await talk.hear('reveal')
  if (!isEqual(commitmentTo(joinerNonce), commitment)) throw coreError('BAD_MESSAGE', 'not the nonce it committed to')
  const scope = transcriptHash({ giver, joiner, box, label, account, name, giverNonce: nonce, joinerNonce })
  const comparison = compare(linkWords(scope), label)
  const listening = new AbortController()
  const heard = talk.hear('agreed', { signal: listening.signal })
  try {
    await Promise.race([Promise.all([comparison.agreed, heard]), comparison.ended])
  } catch (error) {
    // Whoever waits for the end of the stream next has to be the only one who does.
    listening.abort()
    await heard.catch(() => undefined)
    if (comparison.ending) await talk.say({ type: 'ended', reason: comparison.ending })
    throw error
  }
  const given = encodeGivenAccount(give())
  await talk.say({ type: 'account', sealed: seal(box, given, { tag: SEAL_TAG, scope }) })
  const { certificate } = await talk.hear('joined')
  const isShown = certificate.device === joiner && certificate.label === label && isEqual(certificate.box, box)
  if (certificate.account !== account || !isShown)
    throw coreError('BAD_MESSAGE', 'a certificate of something else than was agreed to')
  admit(certificate)
  return joiner
}
