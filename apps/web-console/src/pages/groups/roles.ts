import type { Group, Member } from '@borgo/api'

type Role = Member['role']

/** Least to most. */
const ROLES: readonly Role[] = ['relay', 'reader', 'writer', 'admin', 'owner']

function isAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least)
}

/** What who has `role` may give to others. */
function givableRoles(role: Role): Role[] {
  const most = role === 'admin' ? 'writer' : role
  return ROLES.filter(each => isAtLeast(most, each))
}

/** The roles that this person may invite to, as the group's policy has it; none when they may not invite. */
export function invitableRoles({ kind, policy, role }: Pick<Group, 'kind' | 'policy' | 'role'>): Role[] {
  if (kind === 'direct' || !isAtLeast(role, policy.inviters)) return []
  return givableRoles(role)
}

/** Whether this person answers requests, ends anybody's invitation and changes the key. */
export function isAdmin({ kind, role }: Pick<Group, 'kind' | 'role'>): boolean {
  return kind === 'shared' && isAtLeast(role, 'admin')
}

/** Whether this person decides about the group's policy. */
export function isOwner({ kind, role }: Pick<Group, 'kind' | 'role'>): boolean {
  return kind === 'shared' && role === 'owner'
}

/** Whether this person may remove that member and give them another role: owners anybody, admins those below admin. */
export function isAbove(group: Pick<Group, 'kind' | 'role'>, member: Pick<Member, 'role' | 'self'>): boolean {
  if (member.self || !isAdmin(group)) return false
  return group.role === 'owner' || !isAtLeast(member.role, 'admin')
}

/** The other roles that this person may give to that member; to themselves only lesser ones. */
export function otherRoles(
  group: Pick<Group, 'kind' | 'role' | 'members'>,
  member: Pick<Member, 'role' | 'self'>
): Role[] {
  if (member.self)
    return group.kind === 'direct' || isLastOwner(group) ? [] : ROLES.filter(role => !isAtLeast(role, member.role))
  return isAbove(group, member) ? givableRoles(group.role).filter(role => role !== member.role) : []
}

/** Whether this person cannot leave before somebody else owns the group. */
export function isLastOwner({ role, members }: Pick<Group, 'role' | 'members'>): boolean {
  return role === 'owner' && members.filter(member => member.role === 'owner').length === 1
}
