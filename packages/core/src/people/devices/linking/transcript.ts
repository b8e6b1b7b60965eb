import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { encodeCanonical } from '../../../canonical.ts'
import { accountKey, peerKey } from '../../../ids.ts'
import type { AccountId, PeerId } from '../../../ids.ts'

/**
 * 33 bits. Who stands between has to fix its part before it knows the others' (see `protocol.ts`), so that one try of
 * 2³³ gives it equal words; a link is good for one try.
 */
const WORDS = 3
const WORD_BITS = 11n

/** All that both sides say until they show the words. */
export interface Transcript {
  giver: PeerId
  joiner: PeerId
  /** Of the joiner. */
  box: Uint8Array
  label: string
  account: AccountId
  /** The person's display name. */
  name: string
  giverNonce: Uint8Array
  joinerNonce: Uint8Array
}

/** 32 bytes that name the transcript: what the account's key is sealed for. */
export function transcriptHash(transcript: Transcript): Uint8Array {
  const { account, box, giver, giverNonce, joiner, joinerNonce, label, name } = transcript
  const parts = [peerKey(giver), peerKey(joiner), box, label, accountKey(account), name, giverNonce, joinerNonce]
  return digest('borgo/link-transcript/1', encodeCanonical(parts))
}

/** What both people compare: equal on both sides only when nobody stands between. */
export function linkWords(hash: Uint8Array): string[] {
  const bits = BigInt(`0x${Buffer.from(hash).toString('hex')}`)
  return Array.from({ length: WORDS }, (_, at) => {
    const word = wordlist[Number((bits >> (BigInt(at) * WORD_BITS)) & 0x7ffn)]
    if (word === undefined) throw new TypeError('the word list has 2,048 words')
    return word
  })
}

/** What the joiner says of its nonce before it hears the giver's. */
export function commitmentTo(nonce: Uint8Array): Uint8Array {
  return digest('borgo/link-commitment/1', nonce)
}

/** Shows that one knows the link's secret, in this role and for this content. */
export function proofOf(secret: Uint8Array, role: 'giver' | 'joiner', content: readonly unknown[]): Uint8Array {
  const bytes = encodeCanonical([role, ...content])
  return Uint8Array.from(createHmac('sha256', secret).update('borgo/link-proof/1\0').update(bytes).digest())
}

export function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}

function digest(tag: string, bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(`${tag}\0`).update(bytes).digest())
}
