import type { Client, Group } from '@borgo/api'
import { BorgoError } from '@borgo/core/errors'
import { nodeError } from '../errors.ts'

/** The group that a person means: its id, the beginning of one, or its name. Throws GROUP_UNKNOWN, USAGE when several fit. */
export async function findGroup(client: Client, text: string, signal?: AbortSignal): Promise<Group> {
  const groups = await client.groups.list({ signal })
  const exact = groups.find(({ id }) => id === text)
  if (exact) return exact
  const named = groups.filter(({ name, kind }) => kind === 'shared' && name === text)
  const fitting = named.length > 0 ? named : groups.filter(({ id }) => text.length >= 4 && id.startsWith(text))
  const [group, another] = fitting
  if (!group)
    throw new BorgoError('GROUP_UNKNOWN', `no group is called ${text}: \`borgo group list\` shows what there is`)
  if (another) throw nodeError('USAGE', `several groups are meant by ${text}: give the id (\`borgo group list\`)`)
  return group
}
