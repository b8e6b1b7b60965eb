import { randomBytes } from 'node:crypto'
import { equals } from 'multiformats/bytes'
import type { Clock } from '../clock.ts'
import { coreError } from '../errors.ts'
import type { PeerId } from '../ids.ts'
import type { Logger } from '../logger.ts'
import type { Streams } from '../transport/streams.ts'
import { NONCE_BYTES } from './join-request.ts'
import type { JoinRequest } from './join-request.ts'
import type { Membership } from './membership.ts'
import { JOIN, decodeRequest, encodeChallenge, encodeRefusal, encodeWelcome } from './protocol.ts'
import type { Refusal } from './protocol.ts'

/**
 * Lets people in who bring an invitation's secret, on behalf of every group that this device belongs to. The membership
 * is committed here before the answer leaves. Who is in already is answered again: the first answer may have been lost.
 */
export function serveJoins(deps: {
  self: PeerId
  membership: Membership
  streams: Pick<Streams, 'handle'>
  clock: Clock
  logger: Logger
}): () => void {
  const { self, membership, streams, clock, logger } = deps

  const admit = (request: JoinRequest): Refusal | undefined => {
    const state = membership.state(request.group)
    if (!state) return 'unknown'
    if (state.accounts.has(request.certificate.device)) return undefined
    const invitation = state.invitations.get(request.invitation)
    if (!invitation) return 'unknown'
    if (clock.now() > invitation.expiresAt) return 'expired'
    const isNew = !state.members.has(request.certificate.account)
    const isFull = isNew && state.kind === 'direct' && state.members.size >= 2
    if (isFull || invitation.used >= invitation.uses) return 'used-up'
    membership.act(request.group, { type: 'join', request })
    logger.info('admitted a member', { group: request.group, account: request.certificate.account })
    return undefined
  }

  return streams.handle(JOIN, async stream => {
    const nonce = Uint8Array.from(randomBytes(NONCE_BYTES))
    await stream.send(encodeChallenge(nonce))
    const bytes = await stream.receive()
    if (!bytes) return
    const request = decodeRequest(bytes)
    const { admitter, certificate, group } = request
    if (admitter !== self || certificate.device !== stream.peer || !equals(request.nonce, nonce))
      throw coreError('BAD_MESSAGE', 'a request that was made for somebody or something else')
    const refusal = admit(request)
    if (refusal) {
      await stream.send(encodeRefusal(refusal))
      return
    }
    const keys = membership.keysFor(group, certificate)
    for (const message of encodeWelcome(keys, membership.since(group, []))) await stream.send(message)
  })
}
