import { coreError } from '../errors.ts'
import type { AccountId, OperationId, PeerId } from '../ids.ts'
import type { ActionOf } from './action.ts'
import type { AuditEntry, AuditQuery, Concerned, GroupPolicy } from './group.ts'
import type { History } from './history.ts'
import { authorOf } from './lost.ts'
import { certificateOf } from './operation.ts'
import type { Operation } from './operation.ts'
import { FIRST_POLICY } from './policy.ts'
import { resolveDag } from './resolve.ts'
import type { Resolution } from './resolve.ts'
import type { GroupState } from './state.ts'

const DEFAULT_LIMIT = 100

/** Who changed what, the newest first. Further parts of a long rotation are left out. Throws BAD_ID for an unknown `before`. */
export function audit(history: History, { before, by, limit = DEFAULT_LIMIT, what }: AuditQuery = {}): AuditEntry[] {
  const dag = history.dag()
  const resolution = resolveDag(dag)
  if (!resolution) return []
  const { state, without } = resolution
  const past = pastOf(dag.ordered, without)
  const end = before === undefined ? dag.ordered.length : dag.ordered.findIndex(({ id }) => id === before)
  if (end < 0) throw coreError('BAD_ID', 'no change of this group has this id')
  const entries: AuditEntry[] = []
  for (const operation of dag.ordered.slice(0, end).reverse()) {
    if (entries.length === limit) break
    if (what && !what.some(type => type === operation.action.type)) continue
    const entry = entryOf(operation, { history, state, past, reason: without.get(operation.id) })
    if (entry && (by === undefined || entry.by?.account === by)) entries.push(entry)
  }
  return entries
}

/** What later operations only point to. */
interface Past {
  invited: ReadonlyMap<string, ActionOf<'invite'>>
  labels: ReadonlyMap<PeerId, string>
  /** The policy before each change of it. */
  policies: ReadonlyMap<OperationId, GroupPolicy>
}

function pastOf(ordered: readonly Operation[], without: Resolution['without']): Past {
  const invited = new Map<string, ActionOf<'invite'>>()
  const labels = new Map<PeerId, string>()
  const policies = new Map<OperationId, GroupPolicy>()
  let policy = FIRST_POLICY
  for (const { id, action } of ordered) {
    const certificate = certificateOf(action)
    if (certificate) labels.set(certificate.device, certificate.label)
    if (action.type === 'invite') invited.set(action.key, action)
    if (action.type !== 'setPolicy') continue
    policies.set(id, policy)
    if (!without.has(id)) policy = action.policy
  }
  return { invited, labels, policies }
}

function entryOf(
  operation: Operation,
  options: { history: History; state: GroupState; past: Past; reason: string | undefined }
): AuditEntry | undefined {
  const { history, past, reason, state } = options
  const { id, time: at, device, action } = operation
  if (action.type === 'shareKey') return undefined
  const common = { id, at, device, by: authorOf(operation, state), what: action.type, void: reason }
  const nothing = {
    whom: undefined,
    role: undefined,
    name: undefined,
    policy: undefined,
    formerPolicy: undefined,
    invitation: undefined,
    concernedDevice: undefined
  }
  const person = (account: AccountId, name?: string): Concerned => ({
    account,
    name: state.members.get(account)?.name ?? state.formerNames.get(account) ?? name ?? ''
  })
  const asked = (request: string): Concerned | undefined => {
    const kept = history.get(request)?.action
    return kept?.type === 'request' ? person(kept.request.certificate.account, kept.request.name) : undefined
  }
  switch (action.type) {
    case 'create':
    case 'rename':
      return { ...common, ...nothing, name: action.name }
    case 'invite':
    case 'revokeInvitation': {
      const invite = action.type === 'invite' ? action : past.invited.get(action.key)
      const whom = invite?.account === undefined ? undefined : person(invite.account)
      const invitation = invite && {
        id: invite.key,
        uses: invite.uses,
        expiresAt: invite.expiresAt,
        approval: invite.approval
      }
      return { ...common, ...nothing, whom, role: invite?.role, invitation }
    }
    case 'recover': {
      const { certificate } = action.request
      const concernedDevice = certificate.device
      return { ...common, ...nothing, whom: person(certificate.account), name: certificate.label, concernedDevice }
    }
    case 'join':
    case 'request': {
      const { certificate, name } = action.request
      return { ...common, ...nothing, whom: person(certificate.account, name) }
    }
    case 'accept':
    case 'decline':
      return { ...common, ...nothing, whom: asked(action.request) }
    case 'setRole':
      return { ...common, ...nothing, whom: person(action.account), role: action.role }
    case 'transferOwnership':
    case 'remove':
      return { ...common, ...nothing, whom: person(action.account) }
    case 'setPolicy':
      return { ...common, ...nothing, policy: action.policy, formerPolicy: past.policies.get(id) }
    case 'addDevice':
      return { ...common, ...nothing, name: action.certificate.label, concernedDevice: action.certificate.device }
    case 'revokeDevice':
      return { ...common, ...nothing, name: past.labels.get(action.device), concernedDevice: action.device }
    case 'leave':
    case 'guard':
    case 'rotateKey':
      return { ...common, ...nothing }
  }
}
