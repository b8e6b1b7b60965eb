import { coreError } from '../../../errors.ts'
import type { CoreCode } from '../../../errors.ts'
import type { Stream } from '../../../stream.ts'
import { decodeLinkMessage, encodeLinkMessage } from './protocol.ts'
import type { LinkEnding, LinkMessage, LinkRefusal } from './protocol.ts'

type MessageOf<Type extends LinkMessage['type']> = Extract<LinkMessage, { type: Type }>

const FAILURES: Record<LinkRefusal | LinkEnding, [CoreCode, string]> = {
  unknown: ['BAD_DEVICE_LINK', 'the other device knows no such link: make a new one there'],
  expired: ['DEVICE_LINK_EXPIRED', 'the link has expired: make a new one on the other device'],
  used: ['DEVICE_LINK_USED', 'the link was used before: make a new one on the other device'],
  ended: ['LINKING_CANCELLED', 'the link was withdrawn: make a new one on the other device'],
  cancelled: ['LINKING_CANCELLED', 'the other device ended it'],
  words: ['WORDS_DIFFER', 'the other device showed other words: somebody may stand between. Nothing was passed on']
}

/** Why the other side does not go on, as an error. */
function failureOf(reason: LinkRefusal | LinkEnding): Error {
  return coreError(...FAILURES[reason])
}

/** Typed messages over one stream. */
export interface Talk {
  say(message: LinkMessage): Promise<void>
  /** The next message, which is of this type; throws what `failureOf` makes, BAD_MESSAGE, STREAM_RESET. */
  hear<Type extends LinkMessage['type']>(type: Type, options?: { signal?: AbortSignal }): Promise<MessageOf<Type>>
}

export function talkOver(stream: Stream): Talk {
  return {
    say: message => stream.send(encodeLinkMessage(message)),
    async hear<Type extends LinkMessage['type']>(type: Type, options?: { signal?: AbortSignal }) {
      const bytes = await stream.receive(options)
      if (!bytes) throw coreError('STREAM_RESET', 'the other device ended in the middle of it')
      const message = decodeLinkMessage(bytes)
      if (message.type === 'refused' || message.type === 'ended') throw failureOf(message.reason)
      if (message.type !== type) throw coreError('BAD_MESSAGE', `${message.type} where ${type} is due`)
      return message as MessageOf<Type>
    }
  }
}
