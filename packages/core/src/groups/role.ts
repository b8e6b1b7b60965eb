import type { Role } from './group.ts'

const RANK: Record<Role, number> = { relay: 0, reader: 1, writer: 2, admin: 3, owner: 4 }

/** Whether `role` may do what needs `least`; nobody's role (undefined) may do nothing. */
export function isAtLeast(role: Role | undefined, least: Role): boolean {
  return role !== undefined && RANK[role] >= RANK[least]
}

/** Whether one role may do less than another. */
export function isBelow(role: Role, other: Role): boolean {
  return RANK[role] < RANK[other]
}
