import type { Protocol } from '@borgo/core'
import { BorgoError } from '@borgo/core'
import { decode, encode } from '@ipld/dag-cbor'
import { CID } from 'multiformats/cid'
import { DAG_PB, isOfProfile } from '../content-id.ts'
import { PieceSet } from '../piece-set.ts'
import { LEAF_BYTES } from '../unixfs/layout.ts'
import { MAX_NODE_BYTES } from '../unixfs/read-node.ts'

/** A piece goes in one message: a zero byte, its number (32 bits, big-endian), its bytes. */
export const PIECE_HEADER_BYTES = 5
/** Most pieces or nodes that one message names. */
export const MAX_NAMED = 256
/** Most pieces of one content; keeps the bitmap of a partial holder within one message. */
const MAX_PIECES = 4_194_304

/**
 * Fetching one content from one member. The opener asks, beginning with `hello`; the other side answers. All
 * messages but pieces are DAG-CBOR arrays that begin with their type.
 */
export const SWARM: Protocol = {
  id: '/borgo/distribution/swarm/1',
  access: 'members',
  maxMessageBytes: LEAF_BYTES + PIECE_HEADER_BYTES,
  maxStreamsPerPeer: 16,
  // A piece must begin to move within this time even on a slow uplink that others share.
  idleMs: 60_000,
  plane: 'bulk'
}

/** The same for a question alone, which is over before a way for bulk is found. */
export const ASKING: Protocol = { ...SWARM, plane: 'messages' }

/** What the opener says. */
export type Ask =
  | { type: 'hello'; cid: CID }
  | { type: 'request'; pieces: number[] }
  | { type: 'cancel'; pieces: number[] }
  | { type: 'nodes'; cids: CID[] }

/** What the other side says. `holding` comes first, and again when it changes other than by new pieces. */
export type Answer =
  | { type: 'holding'; holding: Holding }
  | { type: 'have'; pieces: number[] }
  | { type: 'piece'; piece: number; bytes: Uint8Array }
  | { type: 'reject'; pieces: number[] }
  | { type: 'node'; bytes: Uint8Array }
  | { type: 'no-node'; cid: CID }

/** How much of a content a member has. `busy`: it has some, but serves as many as it can: ask again later. */
export type Holding = 'none' | 'busy' | 'complete' | PieceSet

const ASK = { hello: 1, request: 2, cancel: 3, nodes: 4 } as const
const ANSWER = { none: 16, busy: 17, complete: 18, partial: 19, have: 20, reject: 21, node: 22, noNode: 23 } as const

export function encodeAsk(ask: Ask): Uint8Array {
  switch (ask.type) {
    case 'hello':
      return encode([ASK.hello, ask.cid])
    case 'request':
    case 'cancel':
      return encode([ASK[ask.type], ask.pieces])
    case 'nodes':
      return encode([ASK.nodes, ask.cids])
  }
}

/** Everything but pieces; those are made in place, see `pieceBuffer`. */
export function encodeAnswer(answer: Exclude<Answer, { type: 'piece' }>): Uint8Array {
  switch (answer.type) {
    case 'holding':
      return encodeHolding(answer.holding)
    case 'have':
    case 'reject':
      return encode([ANSWER[answer.type], answer.pieces])
    case 'node':
      return encode([ANSWER.node, answer.bytes])
    case 'no-node':
      return encode([ANSWER.noNode, answer.cid])
  }
}

function encodeHolding(holding: Holding): Uint8Array {
  if (typeof holding === 'string') return encode([ANSWER[holding]])
  return encode([ANSWER.partial, holding.size, holding.bits()])
}

/** A message for a piece of `length` bytes, with its header; the rest is for the piece to be read into. */
export function pieceBuffer(piece: number, length: number): Buffer {
  const message = Buffer.allocUnsafeSlow(PIECE_HEADER_BYTES + length)
  message[0] = 0
  message.writeUInt32BE(piece, 1)
  return message
}

/** An error that counts against the peer: it does not follow the protocol. */
export function violation(why: string, cause?: unknown): Error {
  return new BorgoError('BAD_MESSAGE', `swarm: ${why}`, { cause })
}

/** The one place where an opener's bytes become a value. Throws BAD_MESSAGE. */
export function decodeAsk(message: Uint8Array): Ask {
  const [type, value, ...rest] = decodeArray(message)
  if (rest.length > 0) throw violation('a message too long')
  switch (type) {
    case ASK.hello:
      return { type: 'hello', cid: asCid(value) }
    case ASK.request:
      return { type: 'request', pieces: asPieces(value) }
    case ASK.cancel:
      return { type: 'cancel', pieces: asPieces(value) }
    case ASK.nodes:
      return { type: 'nodes', cids: asList(value).map(asNodeCid) }
    default:
      throw violation('an unknown message')
  }
}

/** The one place where an answerer's bytes become a value. A piece's bytes are a view of the message. Throws BAD_MESSAGE. */
export function decodeAnswer(message: Uint8Array): Answer {
  if (message[0] === 0) return decodePiece(message)
  const [type, value, second, ...rest] = decodeArray(message)
  if (rest.length > 0 || (second !== undefined && type !== ANSWER.partial)) throw violation('a message too long')
  switch (type) {
    case ANSWER.none:
      return { type: 'holding', holding: 'none' }
    case ANSWER.busy:
      return { type: 'holding', holding: 'busy' }
    case ANSWER.complete:
      return { type: 'holding', holding: 'complete' }
    case ANSWER.partial:
      return { type: 'holding', holding: asPieceSet(value, second) }
    case ANSWER.have:
      return { type: 'have', pieces: asPieces(value) }
    case ANSWER.reject:
      return { type: 'reject', pieces: asPieces(value) }
    case ANSWER.node:
      return { type: 'node', bytes: asNode(value) }
    case ANSWER.noNode:
      return { type: 'no-node', cid: asNodeCid(value) }
    default:
      throw violation('an unknown message')
  }
}

function decodePiece(message: Uint8Array): Answer {
  if (message.length <= PIECE_HEADER_BYTES) throw violation('a piece without bytes')
  const view = new DataView(message.buffer, message.byteOffset, PIECE_HEADER_BYTES)
  return { type: 'piece', piece: asPiece(view.getUint32(1)), bytes: message.subarray(PIECE_HEADER_BYTES) }
}

function decodeArray(message: Uint8Array): unknown[] {
  let value: unknown
  try {
    value = decode(message)
  } catch (cause) {
    throw violation('not DAG-CBOR', cause)
  }
  if (!Array.isArray(value)) throw violation('not an array')
  return value
}

function asList(value: unknown): unknown[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_NAMED)
    throw violation('a list of a wrong length')
  return value
}

function asPieces(value: unknown): number[] {
  return asList(value).map(asPiece)
}

function asPiece(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value >= MAX_PIECES)
    throw violation('not a number of a piece')
  return value
}

function asPieceSet(size: unknown, bits: unknown): PieceSet {
  if (!(bits instanceof Uint8Array)) throw violation('a bitmap without bits')
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1 || size > MAX_PIECES)
    throw violation('a bitmap of a wrong size')
  try {
    return new PieceSet(size, bits)
  } catch (cause) {
    throw violation('a bitmap of a wrong length', cause)
  }
}

function asCid(value: unknown): CID {
  const cid = CID.asCID(value)
  if (!cid || !isOfProfile(cid)) throw violation('not a content id')
  return cid
}

function asNodeCid(value: unknown): CID {
  const cid = asCid(value)
  if (cid.code !== DAG_PB) throw violation('not the id of a node')
  return cid
}

function asNode(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array) || value.length > MAX_NODE_BYTES) throw violation('not a node')
  return value
}
