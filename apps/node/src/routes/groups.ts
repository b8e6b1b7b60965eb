import { api, type Group as ApiGroup, type Invitation as ApiInvitation } from '@borgo/api'
import { BorgoError, parseGroupId, type Group, type Groups, type Invitation, type Self } from '@borgo/core'
import type { EventBus } from '../events/bus.ts'
import { serve, type Served } from '../http/area.ts'

export function groupsRoutes({ groups, self, bus }: { groups: Groups; self: Self; bus: EventBus }): Served {
  groups.onChange(({ id }) => bus.publish('groups', { group: id }))

  const find = (id: string): Group => {
    const group = groups.get(parseGroupId(id))
    if (!group) throw new BorgoError('GROUP_UNKNOWN', 'this node is in no such group')
    return group
  }
  const shown = ({ id, kind, name, role, joinedAt, members }: Group): ApiGroup => ({
    id,
    kind,
    name,
    role,
    joinedAt,
    members: members().map(member => ({ ...member, self: member.account === self.account }))
  })
  return serve(api.groups, {
    list: () => groups.list().map(shown),
    get: ({ params }) => shown(find(params.group)),
    create: async ({ body }) => shown(await groups.create(body)),
    join: async ({ body }, { signal }) => shown(await groups.join(body.link, { signal })),
    invite: async ({ params, body }) => invitation(await find(params.group).invite(body)),
    invitations: ({ params }) => find(params.group).invitations().map(invitation)
  })
}

function invitation({ id, link, role, uses, used, expiresAt }: Invitation): ApiInvitation {
  return { id, role, uses, used, expiresAt, ...(link !== '' && { link }) }
}
