import type { AccountId } from '../ids.ts'
import type { AuditEntry, Concerned } from './group.ts'
import type { History } from './history.ts'
import { authorOf } from './lost.ts'
import type { Operation } from './operation.ts'
import { resolveDag } from './resolve.ts'
import type { GroupState } from './state.ts'

/** Who changed what, the newest first. Further parts of a long rotation are left out. */
export function audit(history: History, limit: number): AuditEntry[] {
  const dag = history.dag()
  const resolution = resolveDag(dag)
  if (!resolution) return []
  const { state, without } = resolution
  const entries: AuditEntry[] = []
  for (const operation of dag.ordered.toReversed()) {
    if (entries.length === limit) break
    const entry = entryOf(operation, history, state, without.get(operation.id))
    if (entry) entries.push(entry)
  }
  return entries
}

function entryOf(
  operation: Operation,
  history: History,
  state: GroupState,
  reason: string | undefined
): AuditEntry | undefined {
  const { id, time: at, device, action } = operation
  if (action.type === 'shareKey') return undefined
  const common = { id, at, device, by: authorOf(operation, state), what: action.type, void: reason }
  const nothing = { whom: undefined, role: undefined, name: undefined, policy: undefined }
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
    case 'invite': {
      const whom = action.account === undefined ? undefined : person(action.account)
      return { ...common, ...nothing, whom, role: action.role }
    }
    case 'recover': {
      const { certificate } = action.request
      return { ...common, ...nothing, whom: person(certificate.account), name: certificate.label }
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
      return { ...common, ...nothing, policy: action.policy }
    case 'addDevice':
      return { ...common, ...nothing, name: action.certificate.label }
    case 'revokeInvitation':
    case 'leave':
    case 'revokeDevice':
    case 'guard':
    case 'rotateKey':
      return { ...common, ...nothing }
  }
}
