import type { Client, Group } from '@borgo/api'
import { BorgoError } from '@borgo/core/errors'
import { pick } from './pick.ts'

/** The group that a person means: its id, the beginning of one, or its name. Throws GROUP_UNKNOWN, USAGE when several fit. */
export async function findGroup(client: Client, text: string, signal?: AbortSignal): Promise<Group> {
  return pick(await client.groups.list({ signal }), text, {
    idOf: ({ id }) => id,
    namesOf: ({ kind, name }) => (kind === 'shared' ? [name] : []),
    list: 'borgo group list',
    unknown: () =>
      new BorgoError('GROUP_UNKNOWN', `no group is called ${text}: \`borgo group list\` shows what there is`)
  })
}
