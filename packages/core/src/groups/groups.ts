import type { BroadcastService } from '../broadcast/broadcast.ts'
import { hasCode } from '../errors.ts'
import { localName } from '../identity/identity.ts'
import type { GroupId } from '../ids.ts'
import { listeners } from '../listeners.ts'
import type { Log } from '../log/log.ts'
import type { Peers } from '../peers/peers.ts'
import type { Database } from '../store/store.ts'
import type { Network } from '../transport/network.ts'
import type { Streams } from '../transport/streams.ts'
import { serveJoins } from './admission.ts'
import { keepKeys } from './custody.ts'
import type { CustodyDeps } from './custody.ts'
import type { Group, SharedGroups } from './group.ts'
import { readLink } from './invitation.ts'
import { join } from './join.ts'
import { liveGroup } from './live-group.ts'
import type { LiveGroupDeps } from './live-group.ts'
import { lostGroup } from './lost.ts'
import { waitingRoom } from './waiting.ts'

export interface GroupsDeps extends LiveGroupDeps, CustodyDeps {
  /** The core's, with GROUP_SCHEMA in it. */
  database: Database
  log: Pick<
    Log,
    | 'append'
    | 'clockSkewOf'
    | 'count'
    | 'define'
    | 'entry'
    | 'export'
    | 'fetch'
    | 'follow'
    | 'isStopped'
    | 'onStopped'
    | 'page'
    | 'scope'
    | 'search'
    | 'setScope'
    | 'storage'
    | 'vector'
  >
  broadcast: Pick<BroadcastService, 'send' | 'listen'>
  network: Pick<Network, 'dial' | 'addresses'>
  streams: Pick<Streams, 'handle' | 'open'>
  peers: Pick<Peers, 'get' | 'onChange'>
}

/** `Groups` before it is bound to a plugin, for as long as the node runs. */
export interface NodeGroups extends SharedGroups {
  /** Tells all groups that this person has another name. */
  rename(name: string): void
  /** Admits nobody from now on, asks for nothing and tells nobody of changes. */
  stop(): void
}

/** The groups of this node: membership, records and broadcast as one. */
export function createGroups(deps: GroupsDeps): NodeGroups {
  const { identity, membership, log, broadcast, peers, logger } = deps
  // One plugin's mistake is not the others' loss.
  const failed = (error: unknown): void => logger.error('a listener of changes failed', { error: String(error) })
  const changes = listeners<[group: Group]>(failed)
  const waitingChanges = listeners<[group: GroupId]>(failed)
  const shown = new Map<GroupId, Group>()

  const show = (id: GroupId): Group => {
    const group = shown.get(id) ?? liveGroup(id, deps)
    shown.set(id, group)
    return group
  }
  const isMember = (id: GroupId): boolean => membership.state(id) !== undefined && !membership.isHome(id)
  const groups = (): GroupId[] => membership.groups().filter(isMember)
  const tell = (id: GroupId): void => {
    if (isMember(id) || shown.has(id)) changes.tell(show(id))
  }
  for (const id of groups()) show(id)

  const joinBy = async (text: string, signal?: AbortSignal): Promise<Group> => {
    const link = readLink(text)
    if (!isMember(link.group)) await join(link, deps, signal)
    return show(link.group)
  }
  const waiting = waitingRoom({
    ...deps,
    join: joinBy,
    changed: waitingChanges.tell
  })

  const stops = [
    serveJoins({ self: identity.device, ...deps }),
    keepKeys(deps),
    () => waiting.stop(),
    membership.onChange(tell),
    log.onStopped(tell),
    peers.onChange((event, device) => {
      if (event === 'introduce') return
      for (const id of groups()) if (membership.roleOf(id, device)) tell(id)
    })
  ]

  return {
    async create({ name, kind = 'shared' }) {
      return show(membership.create({ name: localName(name), kind }))
    },
    async join(text, { signal } = {}) {
      try {
        const group = await joinBy(text, signal)
        if (waiting.list().some(one => one.group === group.id)) waiting.remove(group.id)
        return group
      } catch (error) {
        if (hasCode(error, 'APPROVAL_PENDING')) waiting.add(text)
        throw error
      }
    },
    list: () => groups().map(show),
    get: id => (isMember(id) ? show(id) : undefined),
    waiting: () => waiting.list(),
    withdraw: group => waiting.remove(group),
    lost: () =>
      membership
        .lost()
        .filter(id => !membership.isHome(id))
        .map(id => lostGroup(id, membership.history(id), identity)),
    define: kind => log.define(kind),
    follow: (kinds, options) => log.follow(kinds, options),
    search: (query, options) => log.search(query, options),
    listen: (channel, receive) =>
      broadcast.listen(channel, message => {
        if (isMember(message.group)) receive({ ...message, group: show(message.group) })
      }),
    onChange: changes.on,
    onWaiting: waitingChanges.on,
    rename(name) {
      for (const group of membership.groups()) {
        if (membership.state(group)?.members.get(identity.account)?.name === name) continue
        try {
          membership.act(group, { type: 'rename', name })
        } catch (error) {
          // The new name is stored: a group that does not hear of it now does not keep the others from it.
          logger.warn('a group was not told of the new name', { group, error: String(error) })
        }
      }
    },
    stop() {
      for (const stop of stops) stop()
    }
  }
}
