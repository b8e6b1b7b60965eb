import { coreError, hasCode } from '../errors.ts'
import type { CoreCode } from '../errors.ts'
import { signingKey } from '../identity/ed25519.ts'
import type { Identity } from '../identity/identity.ts'
import type { PeerId } from '../ids.ts'
import type { Network } from '../transport/network.ts'
import type { Streams } from '../transport/streams.ts'
import { MAX_DEVICES } from './action.ts'
import { historyInTime } from './checking.ts'
import type { SealedKey } from './epoch-key.ts'
import type { LinkContent } from './invitation.ts'
import { signJoinRequest } from './join-request.ts'
import type { Membership } from './membership.ts'
import type { Operation } from './operation.ts'
import { JOIN, decodeChallenge, decodeReply } from './protocol.ts'
import type { Refusal } from './protocol.ts'

/** A group of 100,000 operations; a peer that sends more is lying. */
const MAX_OPERATIONS = 100_000
/** What all of them take: 1 KiB each, where most take 300 bytes. */
const MAX_WELCOME_BYTES = MAX_OPERATIONS * 1_024

const REFUSALS: Record<Refusal, [CoreCode, string]> = {
  unknown: ['BAD_INVITATION', 'the invitation is not known there: ask for a new link'],
  expired: ['INVITATION_EXPIRED', 'the invitation has expired: ask for a new link'],
  'used-up': ['INVITATION_USED_UP', 'the invitation is used up: ask for a new link'],
  'not-yours': ['BAD_INVITATION', 'the invitation is for another person: ask for one of your own'],
  removed: ['REMOVED', 'you were removed from this group: ask an admin for an invitation in your name'],
  waiting: ['APPROVAL_PENDING', 'an admin has to let you in: this node goes on asking'],
  declined: ['APPROVAL_DECLINED', 'an admin declined: ask for a new link'],
  busy: ['BUSY', 'too many people wait to be let in: try again later'],
  guarded: ['RECOVERY_GUARDED', 'you locked a device out of this group: link this one from another device of yours'],
  full: ['TOO_MANY_DEVICES', `you have ${MAX_DEVICES} devices in this group: lock one out`]
}

/** What the person is told when nobody let them in: the first of these that occurred, else UNREACHABLE. */
const TELLING: CoreCode[] = [
  'APPROVAL_DECLINED',
  'REMOVED',
  'RECOVERY_GUARDED',
  'TOO_MANY_DEVICES',
  'APPROVAL_PENDING',
  'INVITATION_USED_UP',
  'INVITATION_EXPIRED',
  'BAD_INVITATION'
]
/** What the next member would say too; and asking several to wait would be asking several times. */
const FINAL: CoreCode[] = ['APPROVAL_DECLINED', 'APPROVAL_PENDING', 'INVITATION_USED_UP', 'REMOVED']
/** Failures of one member that say nothing about the next one. */
const PASSING: CoreCode[] = [
  'BAD_ADDRESS',
  'BAD_MESSAGE',
  'BAD_OPERATION',
  'BUSY',
  'FORBIDDEN',
  'PROTOCOL_UNSUPPORTED',
  'STREAM_IDLE',
  'STREAM_RESET',
  'TIMEOUT',
  'TOO_LARGE',
  'TOO_MANY_STREAMS',
  'UNREACHABLE'
]

export interface JoinDeps {
  identity: Identity
  membership: Membership
  network: Pick<Network, 'dial'>
  streams: Pick<Streams, 'open'>
}

/**
 * Asks the members that the link names, one after the other, until one lets us in; the membership is committed then.
 * Throws BAD_INVITATION, INVITATION_EXPIRED, INVITATION_USED_UP, REMOVED, APPROVAL_PENDING, APPROVAL_DECLINED, UNREACHABLE, `signal.reason`, or what failed here.
 */
export async function join(link: LinkContent, deps: JoinDeps, signal?: AbortSignal): Promise<void> {
  const failures: unknown[] = []
  for (const [peer, addresses] of link.peers) {
    if (peer === deps.identity.device) continue
    signal?.throwIfAborted()
    try {
      await joinThrough(peer, addresses, link, deps, signal)
      return
    } catch (error) {
      signal?.throwIfAborted()
      if (!hasCode(error, ...TELLING, ...PASSING)) throw error
      failures.push(error)
      if (hasCode(error, ...FINAL)) break
    }
  }
  for (const code of TELLING) for (const failure of failures) if (hasCode(failure, code)) throw failure
  throw coreError(
    'UNREACHABLE',
    'no member that the link names can be reached: one of them has to be online',
    new AggregateError(failures)
  )
}

async function joinThrough(
  admitter: PeerId,
  addresses: string[],
  link: LinkContent,
  { identity, membership, network, streams }: JoinDeps,
  signal?: AbortSignal
): Promise<void> {
  await network.dial(addresses, { signal })
  const stream = await streams.open(admitter, JOIN, { signal })
  try {
    const challenge = await stream.receive({ signal })
    if (!challenge) throw coreError('STREAM_RESET', 'the member ended before it began')
    const nonce = decodeChallenge(challenge)
    const { certificate, name, deviceKey } = identity
    const content = { group: link.group, admitter, certificate, name, nonce }
    await stream.send(signJoinRequest(content, deviceKey, signingKey(link.secret)), { signal })
    await stream.end()

    let keys: SealedKey[] = []
    let total = 0
    const operations: Operation[] = []
    for (let bytes = await stream.receive({ signal }); bytes; bytes = await stream.receive({ signal })) {
      total += bytes.length
      if (total > MAX_WELCOME_BYTES) throw coreError('BAD_MESSAGE', 'more than a group can have')
      const reply = decodeReply(bytes)
      if (reply.type === 'refused') throw coreError(...REFUSALS[reply.reason])
      if (reply.type === 'welcome') keys = reply.keys
      if (reply.type === 'operations') operations.push(...reply.operations)
      if (operations.length > MAX_OPERATIONS) throw coreError('BAD_MESSAGE', 'more operations than a group can have')
    }
    membership.adopt(await historyInTime(link.group, operations, { signal }), keys)
  } catch (error) {
    stream.reset()
    throw error
  }
}
