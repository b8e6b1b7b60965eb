import type { Group } from '@borgo/api'

/** Whether this person's role in a group lets them add to it. */
export function mayWrite({ role }: Pick<Group, 'role'>): boolean {
  return role !== 'reader' && role !== 'relay'
}
