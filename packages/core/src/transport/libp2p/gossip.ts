import { gossipsub, TopicValidatorResult } from '@libp2p/gossipsub'
import type { GossipSub, GossipSubComponents, Message } from '@libp2p/gossipsub'
import { createHash } from 'node:crypto'
import { coreError } from '../../errors.ts'
import { parsePeerId } from '../../ids.ts'
import type { PeerId } from '../../ids.ts'
import type { Verdict } from '../network.ts'
import { gossipLimits, MAX_GOSSIP_BYTES } from './limits.ts'

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

/** Throws TOO_LARGE. */
export function checkGossipLength(message: Uint8Array): void {
  if (message.byteLength > MAX_GOSSIP_BYTES)
    throw coreError(
      'TOO_LARGE',
      `a gossip message is at most ${MAX_GOSSIP_BYTES} bytes; this one has ${message.byteLength}`
    )
}
