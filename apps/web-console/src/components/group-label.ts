import type { Group } from '@borgo/api'

/** What a group is called here: its name, or between two people the other's name. */
export function groupLabel(group: Group): string {
  if (group.kind === 'shared') return group.name
  return group.members.find(member => !member.self)?.name ?? group.name
}
