import type { GroupId } from '../ids.ts'
import type { Identity } from '../identity/identity.ts'
import type { LostGroup } from './group.ts'
import type { History } from './history.ts'
import type { Operation } from './operation.ts'
import { resolveDag } from './resolve.ts'
import type { GroupState } from './state.ts'

/** Why this device is in the group no more, from the operations. */
export function lostGroup(id: GroupId, history: History, self: Pick<Identity, 'account' | 'device'>): LostGroup {
  const { name } = history.state
  const dag = history.dag()
  const resolution = resolveDag(dag)
  const last = dag.ordered.findLast(one => !resolution?.without.has(one.id) && reasonOf(one, history.state, self))
  const reason = last && reasonOf(last, history.state, self)
  if (!last || !reason) return { id, name, reason: 'undone', by: undefined, at: undefined }
  return { id, name, reason, by: reason === 'left' ? undefined : authorOf(last, history.state), at: last.time }
}

function reasonOf(
  { action, device }: Operation,
  state: GroupState,
  self: Pick<Identity, 'account' | 'device'>
): 'removed' | 'left' | 'revoked' | undefined {
  if (action.type === 'remove' && action.account === self.account) return 'removed'
  if (action.type === 'leave' && accountOf(state, device) === self.account) return 'left'
  return action.type === 'revokeDevice' && action.device === self.device ? 'revoked' : undefined
}

/** The person behind a device, also one who is gone. */
export function authorOf({ device }: Pick<Operation, 'device'>, state: GroupState): LostGroup['by'] {
  const account = accountOf(state, device)
  return account && { account, name: state.members.get(account)?.name ?? state.formerNames.get(account) ?? '' }
}

function accountOf({ accounts, departed }: GroupState, device: Operation['device']) {
  return accounts.get(device) ?? departed.get(device)
}
