import type { Group, Member } from '@borgo/api'

type Role = Member['role']

/** Least to most. */
const ROLES: readonly Role[] = ['relay', 'reader', 'writer', 'admin', 'owner']

function isAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least)
}

/** The roles that this person may invite to, as the group's policy has it; none when they may not invite. */
export function invitableRoles({ kind, policy, role }: Pick<Group, 'kind' | 'policy' | 'role'>): Role[] {
  if (kind === 'direct' || !isAtLeast(role, policy.inviters)) return []
  const most = role === 'admin' ? 'writer' : role
  return ROLES.filter(each => each !== 'relay' && isAtLeast(most, each))
}
