import { Readable } from 'node:stream'
import { api, type Group as ApiGroup, type GroupScope, type Invitation as ApiInvitation } from '@borgo/api'
import { BorgoError, parseAccountId, parseGroupId, parsePeerId } from '@borgo/core'
import type { AuditEntry, Group, Groups, Invitation, Self } from '@borgo/core'
import type { EventBus } from '../events/bus.ts'
import { attachment } from '../http/attachment.ts'
import { serve, type Served } from '../http/area.ts'

export function groupsRoutes({ groups, self, bus }: { groups: Groups; self: Self; bus: EventBus }): Served {
  groups.onChange(({ id }) => bus.publish('groups', { group: id }))
  groups.onWaiting(group => bus.publish('groups', { group }))

  const find = (id: string): Group => {
    const group = groups.get(parseGroupId(id))
    if (!group) throw new BorgoError('GROUP_UNKNOWN', 'this node is in no such group')
    return group
  }
  const shown = (group: Group): ApiGroup => {
    const { id, kind, name, role, joinedAt, policy, key } = group
    return {
      id,
      kind,
      name,
      role,
      joinedAt,
      policy,
      keySince: key.startedAt,
      keyChanges: key.generation,
      petitions: group.petitions().length,
      members: group.members().map(member => ({ ...member, self: member.account === self.account }))
    }
  }
  const changed = async (id: string, change: (group: Group) => Promise<void>): Promise<ApiGroup> => {
    const group = find(id)
    await change(group)
    return shown(group)
  }

  return serve(api.groups, {
    list: () => groups.list().map(shown),
    waiting: () => groups.waiting(),
    withdraw: ({ params }) => groups.withdraw(parseGroupId(params.group)),
    lost: () => groups.lost(),
    get: ({ params }) => shown(find(params.group)),
    create: async ({ body }) => shown(await groups.create(body)),
    join: async ({ body }, { signal }) => shown(await groups.join(body.link, { signal })),
    leave: ({ params }) => find(params.group).leave(),
    invite: async ({ params, body: { account, ...options } }) =>
      invitation(await find(params.group).invite({ ...options, ...(account && { account: parseAccountId(account) }) })),
    invitations: ({ params }) => find(params.group).invitations().map(invitation),
    revokeInvitation: ({ params }) => find(params.group).revokeInvitation(params.invitation),
    petitions: ({ params }) => find(params.group).petitions(),
    accept: ({ params }) => find(params.group).accept(params.petition),
    decline: ({ params }) => find(params.group).decline(params.petition),
    setRole: ({ params, body }) =>
      changed(params.group, group => group.setRole(parseAccountId(params.account), body.role)),
    remove: ({ params }) => find(params.group).remove(parseAccountId(params.account)),
    transferOwnership: ({ params, body }) =>
      changed(params.group, group => group.transferOwnership(parseAccountId(body.account))),
    revokeDevice: ({ params }) => find(params.group).revokeDevice(parsePeerId(params.device)),
    setPolicy: ({ params, body }) => changed(params.group, group => group.setPolicy(body)),
    rotateKey: ({ params }) => changed(params.group, group => group.rotateKey()),
    audit: ({ params, query: { by, what, ...query } = {} }) =>
      find(params.group).audit({
        ...query,
        ...(by !== undefined && { by: parseAccountId(by) }),
        ...(what !== undefined && { what: what.split(',') as AuditEntry['what'][] })
      }),
    storage({ params }) {
      const { quota, ...storage } = find(params.group).storage()
      const { nodeBytes, ...quotas } = quota
      return { ...storage, quota: { ...quotas, ...(Number.isFinite(nodeBytes) && { nodeBytes }) } }
    },
    scope: ({ params }) => scopeOf(find(params.group)),
    setScope: async ({ params, body }) => {
      const group = find(params.group)
      await group.setScope(body)
      return scopeOf(group)
    },
    fetchLeftOut: ({ params, body }, { signal }) => find(params.group).fetchLeftOut({ ...body, signal }),
    export: ({ params }, { signal }) => {
      const group = find(params.group)
      return {
        body: Readable.from(group.export({ signal }), { objectMode: false }),
        headers: {
          'content-type': 'application/x-ndjson; charset=utf-8',
          'content-disposition': attachment(`${group.name}.jsonl`)
        }
      }
    }
  })
}

function scopeOf({ scope: { kinds, maxAgeMs } }: Group): GroupScope {
  return { ...(maxAgeMs !== undefined && { maxAgeMs }), ...(kinds && { kinds: [...kinds] }) }
}

function invitation({ link, ...rest }: Invitation): ApiInvitation {
  return { ...rest, ...(link !== undefined && { link }) }
}
