import { createHash } from 'node:crypto'
import { history } from '../groups/history.ts'
import type { History } from '../groups/history.ts'
import { signJoinRequest, readJoinRequest } from '../groups/join-request.ts'
import type { JoinRequest } from '../groups/join-request.ts'
import { signOperation } from '../groups/operation.ts'
import type { Action } from '../groups/action.ts'
import type { Operation } from '../groups/operation.ts'
import { pastRefusal, refusal } from '../groups/permission.ts'
import type { GroupKind } from '../groups/group.ts'
import type { Role } from '../groups/role.ts'
import { signingKey } from '../identity/ed25519.ts'
import type { SigningKey } from '../identity/ed25519.ts'
import type { Identity } from '../identity/identity.ts'
import { memoryIdentity } from './identity.ts'

/** A person with a copy of one group's membership, for tests that need no node. */
export interface Replica {
  identity: Identity
  history: History
  /** Signs an action on top of what this copy knows, permitted or not, without taking it in. */
  sign(action: Action, time?: number): Operation
  /** Signs an action and takes it in; undefined when the state does not permit it. */
  act(action: Action, time?: number): Operation | undefined
  /** Takes in what the other copy has more. */
  pull(other: Replica): void
}

/** The key pair of an invitation; equal seeds give equal keys. */
export function invitationKey(seed: string): SigningKey {
  return signingKey(createHash('sha256').update(`invitation ${seed}`).digest())
}

export function hex(key: SigningKey): string {
  return Buffer.from(key.publicKey).toString('hex')
}

/** What makes an invitation one that anybody may use who has the link. */
export const OPEN_LINK = { approval: false, account: undefined }

/** A group and its founder. */
export function found(identity: Identity, { kind = 'shared' as GroupKind, time = 0 } = {}): Replica {
  const { certificate, name: owner, deviceKey } = identity
  const action: Action = { type: 'create', name: 'Village', kind, owner, certificate, keyCheck: new Uint8Array(32) }
  return replica(identity, [signOperation({ group: undefined, parents: [], time, action }, deviceKey)])
}

export function replica(identity: Identity, operations: readonly Operation[]): Replica {
  const copy = history(operations)
  const sign = (action: Action, time = 0): Operation =>
    signOperation({ group: copy.group, parents: copy.parents(), time, action }, identity.deviceKey)
  return {
    identity,
    history: copy,
    sign,
    act(action, time) {
      const operation = sign(action, time)
      if ((refusal(copy.state, operation) ?? pastRefusal(copy.state, operation)) !== undefined) return undefined
      copy.check(operation)
      copy.add(operation)
      return operation
    },
    pull(other) {
      for (const operation of other.history.since([])) {
        if (copy.has(operation.id)) continue
        copy.check(operation)
        copy.add(operation)
      }
    }
  }
}

/** No two requests are alike. */
let requests = 0

/** What `joiner` shows to `admitter`. */
export function request(joiner: Identity, admitter: Replica, invitation: SigningKey): JoinRequest {
  const { group } = admitter.history
  const { certificate, name, deviceKey } = joiner
  const nonce = createHash('sha256').update(`nonce ${++requests}`).digest()
  const content = { group, admitter: admitter.identity.device, certificate, name, nonce }
  return readJoinRequest(signJoinRequest(content, deviceKey, invitation))
}

/** Invites, lets `seed` in, and returns that person's copy. */
export function welcome(owner: Replica, seed: string, role: Role): Replica {
  const key = invitationKey(`for ${seed}`)
  const identity = memoryIdentity(seed)
  owner.act({ type: 'invite', ...OPEN_LINK, key: hex(key), role, uses: 1, expiresAt: 1000 })
  owner.act({ type: 'join', request: request(identity, owner, key) })
  return replica(identity, owner.history.since([]))
}
