import { gossipsub, TopicValidatorResult } from '@libp2p/gossipsub'
import type { GossipSub, GossipSubComponents, Message } from '@libp2p/gossipsub'
import type { Connection, PeerId as Libp2pPeerId } from '@libp2p/interface'
import { createHash } from 'node:crypto'
import { coreError } from '../../errors.ts'
import { parsePeerId } from '../../ids.ts'
import type { PeerId } from '../../ids.ts'
import type { Verdict } from '../network.ts'
import { gossipLimits, MAX_GOSSIP_BYTES } from './limits.ts'
import { isRefusal } from './refusals.ts'

const RESULT: Record<Verdict, TopicValidatorResult> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject
}

/** A message is its topic and its bytes: nothing names or signs the author, the content proves itself. */
function digest({ topic, data = new Uint8Array() }: { topic?: string; data?: Uint8Array }): Buffer {
  return createHash('sha256').update(`${topic}\0`).update(data).digest()
}

/** The gossipsub service as this node runs it. */
export const gossipService = (): ((components: GossipSubComponents) => GossipSub) =>
  gossipsub({
    ...gossipLimits,
    globalSignaturePolicy: 'StrictNoSign',
    msgIdFn: (message: Message) => digest(message),
    fastMsgIdFn: message => digest(message).toString('base64'),
    emitSelf: false,
    fallbackToFloodsub: false,
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    awaitRpcHandler: true
  })

export type Receive = (message: Uint8Array, from: PeerId) => Verdict

/** Binds a topic to its judge. Returns the undo. */
export function joinTopic(
  gossip: GossipSub,
  topic: string,
  receive: Receive,
  onRejected: (from: PeerId) => void
): () => void {
  gossip.topicValidators.set(topic, (neighbour, message) => {
    const from = parsePeerId(neighbour.toString())
    const verdict = message.data.byteLength > MAX_GOSSIP_BYTES ? 'reject' : receive(message.data, from)
    if (verdict === 'reject') onRejected(from)
    return RESULT[verdict]
  })
  gossip.subscribe(topic)
  return () => {
    gossip.unsubscribe(topic)
    gossip.topicValidators.delete(topic)
  }
}

/** What gossipsub has besides its type: what libp2p and its readers call. */
interface Inside {
  streamsInbound: Map<string, { rawStream: { status: string } }>
  onPeerConnected(peer: Libp2pPeerId, by: Connection): void
  pipePeerReadStream(peer: Libp2pPeerId, frames: AsyncIterable<Frame>): Promise<void>
  decodeRpc(bytes: Uint8Array): unknown
  handlePeerReadStreamError(error: Error, peer: Libp2pPeerId): void
}

interface Frame {
  subarray(): Uint8Array
}

/**
 * Gossipsub takes a peer for gone when a stream of theirs fails, also when they speak over a newer one already: that of a
 * connection that was found dead after they came by another. And what it cannot decode it skips: here that counts against
 * the peer.
 */
export function listenOn(gossip: GossipSub, onOffence: (from: PeerId) => void): void {
  const inside = gossip as unknown as Inside
  const blame = (peer: Libp2pPeerId): void => onOffence(parsePeerId(peer.toString()))
  /** Who sent what is about to be decoded. */
  const senders = new WeakMap<Uint8Array, Libp2pPeerId>()
  const read = inside.pipePeerReadStream.bind(gossip)
  inside.pipePeerReadStream = (peer, frames) =>
    read(
      peer,
      noted(frames, bytes => void senders.set(bytes, peer))
    )
  const decode = inside.decodeRpc.bind(gossip)
  inside.decodeRpc = bytes => {
    try {
      return decode(bytes)
    } catch (error) {
      const sender = senders.get(bytes)
      // More of something than is read is no garbage: an honest node may be in that many topics.
      if (sender && !(error instanceof Error && error.name === 'MaxLengthError')) blame(sender)
      throw error
    }
  }
  const forget = inside.handlePeerReadStreamError.bind(gossip)
  inside.handlePeerReadStreamError = (error, peer) => {
    if (isRefusal(error)) blame(peer)
    if (inside.streamsInbound.get(String(peer))?.rawStream.status !== 'open') forget(error, peer)
  }
}

/** The same frames, whose bytes `note` saw: the very object that is decoded. */
async function* noted(frames: AsyncIterable<Frame>, note: (bytes: Uint8Array) => void): AsyncGenerator<Frame> {
  for await (const frame of frames) {
    const bytes = frame.subarray()
    note(bytes)
    yield { subarray: () => bytes }
  }
}

/**
 * To be called when a connection to a peer ended and others are left. Gossipsub speaks to each peer over one stream, and
 * opens one only when libp2p tells of a new connection: with the one that carried it, its words would end for good.
 */
export function speakOn(gossip: GossipSub, left: Connection): void {
  // It does nothing where there is a stream.
  const inside = gossip as unknown as Inside
  inside.onPeerConnected(left.remotePeer, left)
}

/** Throws TOO_LARGE. */
export function checkGossipLength(message: Uint8Array): void {
  if (message.byteLength > MAX_GOSSIP_BYTES)
    throw coreError(
      'TOO_LARGE',
      `a gossip message is at most ${MAX_GOSSIP_BYTES} bytes; this one has ${message.byteLength}`
    )
}
