import { decodeCanonical, encodeCanonical, readBytes, readChoice, readMap, readingAs } from '../../canonical.ts'
import { coreError } from '../../errors.ts'
import type { PeerId } from '../../ids.ts'
import type { Protocol } from '../../stream.ts'
import { CARD_BYTES, readCard } from './card.ts'
import type { Card } from './card.ts'
import { readOffer } from './direct.ts'
import type { Offer } from './direct.ts'

/** How two people tell each other whether they count one another as a contact: one message each way, then both end. */
export const CONTACT: Protocol = {
  id: '/borgo/core/contact/1',
  access: 'anyone',
  maxMessageBytes: 12 * 1024,
  maxStreamsPerPeer: 2,
  idleMs: 10_000
}

/** `waiting`: the person has not decided. It is also what a blocked person hears, for ever. */
const STANCES = ['yes', 'no', 'waiting'] as const
export type Stance = (typeof STANCES)[number]

/** What a person says to another who may not know them. */
export interface Told {
  card: Card
  stance: 'yes' | 'no'
  /** The group of two to meet in, as long as the other is not in it. */
  offer: Offer | undefined
}

export function encodeTold(told: { card: Uint8Array; stance: 'yes' | 'no'; offer: Offer | undefined }): Uint8Array {
  return encodeCanonical({ ...told, offer: told.offer ?? null })
}

/** Checks what `from` sent; throws BAD_MESSAGE. */
export function decodeTold(bytes: Uint8Array, from: PeerId): Told {
  return readingAs('BAD_MESSAGE', 'a word about being contacts', () => {
    const fields = readMap(decodeCanonical(bytes), 'card', 'stance', 'offer')
    const card = readCard(readBytes(fields.card, 1, CARD_BYTES))
    if (card.device !== from) throw coreError('BAD_MESSAGE', "another device's card")
    const stance = readChoice(fields.stance, 'yes', 'no')
    return { card, stance, offer: fields.offer === null ? undefined : readOffer(fields.offer) }
  })
}

export function encodeStance(stance: Stance): Uint8Array {
  return encodeCanonical({ stance })
}

/** Throws BAD_MESSAGE. */
export function decodeStance(bytes: Uint8Array): Stance {
  return readingAs('BAD_MESSAGE', 'a stance', () =>
    readChoice(readMap(decodeCanonical(bytes), 'stance').stance, ...STANCES)
  )
}
