import { randomBytes } from 'node:crypto'
import { equals } from 'multiformats/bytes'
import type { Clock } from '../clock.ts'
import { coreError } from '../errors.ts'
import type { AccountId, PeerId } from '../ids.ts'
import type { Logger } from '../logger.ts'
import type { Streams } from '../transport/streams.ts'
import { Tally } from '../transport/tally.ts'
import { MAX_DEVICES } from './action.ts'
import { NONCE_BYTES, isRecovery } from './join-request.ts'
import type { JoinRequest } from './join-request.ts'
import type { Membership } from './membership.ts'
import { JOIN, decodeRequest, encodeChallenge, encodeRefusal, encodeWelcome } from './protocol.ts'
import type { Refusal } from './protocol.ts'
import { MAX_WAITING, isIntruding } from './permission.ts'
import { declinedName, roleIn } from './state.ts'
import type { GroupState, InvitationState } from './state.ts'

/** How often one device is given a group's keys and operations within an hour: one that lacks a key asks every minute. */
const MOST_WELCOMES = 64
const HOUR_MS = 3_600_000
/** Devices of which that is remembered. */
const MOST_REMEMBERED = 4_096

/**
 * Lets people in, or keeps what they ask for, who bring an invitation's secret, and further devices of members by the
 * account's word, on behalf of every group that this device belongs to. The membership is committed here before the
 * answer leaves. Who is in already is answered again: the first answer may have been lost.
 */
export function serveJoins(deps: {
  self: PeerId
  membership: Membership
  streams: Pick<Streams, 'handle'>
  clock: Clock
  logger: Logger
}): () => void {
  const { self, membership, streams, clock, logger } = deps
  const welcomes = new Tally<string>(clock, { withinMs: HOUR_MS, most: MOST_REMEMBERED })

  const admit = (request: JoinRequest): Refusal | undefined => {
    const { group, certificate } = request
    const { account } = certificate
    const state = membership.state(group)
    if (!state || roleIn(state, self) === 'relay') return 'unknown'
    if (state.accounts.get(certificate.device) === account) return undefined
    if (isRecovery(request)) {
      const refusal = recoveryRefusal(state, account)
      if (refusal) return refusal
      membership.act(group, { type: 'recover', request })
      logger.info('let a further device of a member in', { group, account, device: certificate.device })
      return undefined
    }
    const invitation = state.invitations.get(request.invitation)
    if (!invitation) return 'unknown'
    const refusal = refusalOf(state, invitation, request)
    if (refusal) return refusal
    if (invitation.approval) {
      membership.act(group, { type: 'request', request })
      logger.info('somebody asks to be let in', { group, account })
      return 'waiting'
    }
    membership.act(group, { type: 'join', request })
    logger.info('admitted a member', { group, account })
    return undefined
  }

  const recoveryRefusal = (state: GroupState, account: AccountId): Refusal | undefined => {
    const member = state.members.get(account)
    if (!member) return 'unknown'
    if (state.guarded.has(account)) return 'guarded'
    return member.devices.size >= MAX_DEVICES ? 'full' : undefined
  }

  const refusalOf = (state: GroupState, invitation: InvitationState, request: JoinRequest): Refusal | undefined => {
    const { account, device } = request.certificate
    const { approval, uses, used, expiresAt } = invitation
    const requests = [...state.requests.values()]
    if (invitation.account !== undefined && invitation.account !== account) return 'not-yours'
    if (approval && state.declined.has(declinedName(request))) return 'declined'
    if (requests.some(one => one.request.certificate.device === device)) return 'waiting'
    if (clock.now() > expiresAt) return 'expired'
    if (isIntruding(state, invitation, account)) return 'guarded'
    const isNew = !state.members.has(account)
    const isFull = isNew && state.kind === 'direct' && state.members.size >= 2
    if (isFull || used >= uses) return 'used-up'
    if (!approval && invitation.account === undefined && state.removed.has(account)) return 'removed'
    const waiting = requests.filter(one => one.request.invitation === invitation.key).length
    return approval && waiting >= MAX_WAITING ? 'busy' : undefined
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
    // All of it, and every key sealed anew: a small question, asked again and again, would keep this device busy.
    const isTooOften = membership.state(group) && welcomes.add(`${group} ${stream.peer}`) > MOST_WELCOMES
    const refusal = isTooOften ? 'busy' : admit(request)
    if (refusal) {
      await stream.send(encodeRefusal(refusal))
      return
    }
    const keys = membership.keysFor(group, certificate)
    for (const message of encodeWelcome(keys, membership.since(group, []))) await stream.send(message)
  })
}
