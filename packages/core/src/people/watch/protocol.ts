import {
  decodeCanonical,
  encodeCanonical,
  readBytes,
  readInteger,
  readList,
  readMap,
  readName,
  readText,
  readingAs
} from '../../canonical.ts'
import { coreError } from '../../errors.ts'
import { MAX_MS } from '../../log/record.ts'
import type { Protocol } from '../../stream.ts'
import { readInterests } from '../near.ts'
import { LABEL_LENGTH, MAX_CAPABILITIES, MAX_LIFE_MS, OBJECT_BYTES, readLabel } from '../objects.ts'
import { readClaim } from '../presence.ts'
import type { PresenceState } from '../presence.ts'

/**
 * What a person shows another: for as long as two devices are connected, each opens one stream to the other, on which it
 * hears everything that it may see, and what changes. It says nothing itself.
 */
export const PEOPLE: Protocol = {
  id: '/borgo/core/people/2',
  access: 'anyone',
  maxMessageBytes: 18 * 1024,
  maxStreamsPerPeer: 2,
  /** Nothing moves while nothing changes; the transport notices dead connections. */
  idleMs: 24 * 60 * 60_000
}

const MAX_KEY_LENGTH = LABEL_LENGTH + 'object/'.length

/** Something that a device shows. */
export type Item =
  | { type: 'presence'; state: PresenceState; text: string }
  /** Somebody was at this device: for the other devices of the person alone. */
  | { type: 'attended' }
  | { type: 'near'; interests: string[] }
  | {
      type: 'object'
      id: string
      kind: string
      data: Uint8Array
      /** By the publisher's clock: tells versions of one object on several devices apart. */
      publishedAt: number
      /** From now on, so that clocks need not agree; null: until it is withdrawn. */
      expiresInMs: number | null
    }
  | { type: 'app'; id: string; name: string; capabilities: string[] }

/** What a viewer hears: an item in place of the one with its key, or that there is none any more. */
export type Message = Item | { type: 'gone'; key: string }

/** What an item takes the place of. */
export function keyOf(item: Item): string {
  return item.type === 'object' || item.type === 'app' ? `${item.type}/${item.id}` : item.type
}

export function encodeMessage(message: Message): Uint8Array {
  return encodeCanonical(message)
}

/** Throws BAD_MESSAGE. */
export function decodeMessage(bytes: Uint8Array): Message {
  return readingAs('BAD_MESSAGE', 'something that a person shows', () => {
    const value = decodeCanonical(bytes)
    const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined
    switch (type) {
      case 'presence': {
        const { state, text } = readMap(value, 'type', 'state', 'text')
        return { type, ...readClaim(state, text) }
      }
      case 'attended':
        readMap(value, 'type')
        return { type }
      case 'near':
        return { type, interests: readInterests(readMap(value, 'type', 'interests').interests) }
      case 'object': {
        const fields = readMap(value, 'type', 'id', 'kind', 'data', 'publishedAt', 'expiresInMs')
        return {
          type,
          id: readLabel(fields.id),
          kind: readLabel(fields.kind),
          data: readBytes(fields.data, 0, OBJECT_BYTES),
          publishedAt: readInteger(fields.publishedAt, 0, MAX_MS),
          expiresInMs: fields.expiresInMs === null ? null : readInteger(fields.expiresInMs, 0, MAX_LIFE_MS)
        }
      }
      case 'app': {
        const { id, name, capabilities } = readMap(value, 'type', 'id', 'name', 'capabilities')
        return {
          type,
          id: readLabel(id),
          name: readName(name),
          capabilities: readList(capabilities, MAX_CAPABILITIES, readLabel)
        }
      }
      case 'gone':
        return { type, key: readText(readMap(value, 'type', 'key').key, MAX_KEY_LENGTH) }
      default:
        throw coreError('BAD_MESSAGE', 'an unknown type')
    }
  })
}
