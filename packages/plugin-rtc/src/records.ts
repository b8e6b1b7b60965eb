import { parsePeerId, parseRecordId, readBoolean, readInteger, readMap, readText } from '@borgo/core'
import type { Channel, PeerId, RecordId, RecordKind } from '@borgo/core'

/** Longest text of a message, in UTF-16 units; its UTF-8 form is at most three times as long. */
export const TEXT_LENGTH = 8_000
/** Most devices that one receipt speaks of. */
export const RECEIPT_DEVICES = 512

export interface Text {
  text: string
  /** The message that this one answers. */
  reply: RecordId | null
}

/** How far each device's messages have come, device → seq. Cumulative: a later receipt never takes anything back. */
export type Marks = Record<PeerId, number>

export interface Receipt {
  delivered: Marks
  read: Marks
}

export const message: RecordKind<Text> = {
  name: 'rtc/message',
  role: 'writer',
  maxBytes: 3 * TEXT_LENGTH + 512,
  parse(value) {
    const { text, reply } = readMap(value, 'text', 'reply')
    return { text: readMessage(text), reply: reply === null ? null : parseRecordId(readText(reply, 64)) }
  },
  text: ({ text }) => ({ text })
}

/**
 * What a person's device received and what the person read; readers write it too. One that says all of it takes the place
 * of the earlier ones, others add to them.
 */
export const receipt: RecordKind<Receipt> = {
  name: 'rtc/receipt',
  role: 'reader',
  maxBytes: 65_536,
  parse(value) {
    const { delivered, read } = readMap(value, 'delivered', 'read')
    return { delivered: readMarks(delivered), read: readMarks(read) }
  },
  key: () => 'receipt'
}

/** Somebody is writing, or stopped. */
export const typing: Channel<{ on: boolean }> = {
  name: 'rtc/typing',
  role: 'writer',
  maxBytes: 64,
  parse(value) {
    const { on } = readMap(value, 'on')
    return { on: readBoolean(on) }
  }
}

/** Text that can be sent: not blank, well-formed, no longer than TEXT_LENGTH. Throws TypeError. */
export function readMessage(value: unknown): string {
  const text = readText(value, TEXT_LENGTH)
  if (text.trim() === '' || !text.isWellFormed()) throw new TypeError('expected text that is not blank')
  return text
}

function readMarks(value: unknown): Marks {
  if (typeof value !== 'object' || value === null) throw new TypeError('expected a map')
  const entries = Object.entries(value)
  if (entries.length > RECEIPT_DEVICES) throw new TypeError(`expected at most ${RECEIPT_DEVICES} devices`)
  return Object.fromEntries(entries.map(([device, seq]) => [parsePeerId(device), readInteger(seq, 1)]))
}
