/**
 * Least to most: a relay stores and passes on what it cannot read; a reader reads; a writer also writes records; an
 * admin also invites, approves, removes and sets roles, all below admin; an owner does everything.
 */
export const ROLES = ['relay', 'reader', 'writer', 'admin', 'owner'] as const
export type Role = (typeof ROLES)[number]

const RANK: Record<Role, number> = { relay: 0, reader: 1, writer: 2, admin: 3, owner: 4 }

/** Whether `role` may do what needs `least`; nobody's role (undefined) may do nothing. */
export function isAtLeast(role: Role | undefined, least: Role): boolean {
  return role !== undefined && RANK[role] >= RANK[least]
}

/** Whether one role may do less than another. */
export function isBelow(role: Role, other: Role): boolean {
  return RANK[role] < RANK[other]
}
