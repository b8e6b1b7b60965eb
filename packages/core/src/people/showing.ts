import type { Clock } from '../clock.ts'
import { localName } from '../identity/identity.ts'
import type { AccountId, PeerId } from '../ids.ts'
import type { Logger } from '../logger.ts'
import type { Peers } from '../peers/peers.ts'
import type { Database } from '../store/store.ts'
import type { Network } from '../transport/network.ts'
import type { Streams } from '../transport/streams.ts'
import { attendance } from './attendance.ts'
import { lastSeen } from './last-seen.ts'
import { nearSetting } from './near.ts'
import type { NearMe } from './near.ts'
import { MAX_CAPABILITIES, localLabel, localScope } from './objects.ts'
import type { App, Apps, Objects, Scope } from './objects.ts'
import { objectShelf } from './objects-shelf.ts'
import { devicesOnLink } from './on-link.ts'
import type { OwnRecordsDeps } from './own-records.ts'
import type { Standings } from './standings.ts'
import { bestOf, claimOf } from './presence.ts'
import type { Presences } from './presence.ts'
import { presenceSetting } from './presence-setting.ts'
import { gallery } from './watch/gallery.ts'
import type { Item } from './watch/protocol.ts'
import { serveViews } from './watch/serving.ts'
import { KNOWN, STRANGER, watchPeople } from './watch/watching.ts'
import { whatIsShown } from './what-is-shown.ts'

/** Apps that one person registers. */
const MAX_APPS = 64

/** What people show each other: presence, objects, apps, and themselves to who is near. */
export interface Showing {
  presence: Presences
  objects: Objects
  apps: Apps
  near: NearMe
  /** What a device may see or show is another than before. */
  look(devices: Iterable<PeerId>): void
  stop(): void
}

export interface ShowingDeps extends OwnRecordsDeps {
  device: PeerId
  database: Database
  network: Pick<Network, 'onDiscovered'>
  streams: Pick<Streams, 'handle' | 'open'>
  peers: Pick<Peers, 'get' | 'onChange'>
  standings: Standings
  /** Something of this person's, or what somebody shows, is another than before. */
  changed(account: AccountId, what: Exclude<Item['type'], 'attended'>, id: string | undefined): void
  clock: Clock
  logger: Logger
}

export function startShowing(deps: ShowingDeps): Showing {
  const { self, database, network, streams, peers, standings, changed, clock, logger, signal } = deps
  const apps = new Set<App & { scope: Scope }>()
  const seen = lastSeen(database)
  const near = nearSetting(database)
  // Nobody looks before all that is below is there.
  const serving = serveViews({
    streams,
    viewOf: device =>
      whatIsShown(
        {
          presence: setting.get(),
          isIdle: attended.isIdle(),
          isAttended: attended.isAttended,
          near: near.get(),
          objects: shelf.own(),
          apps: [...apps]
        },
        { ...standings.of(device), device, isOnLink: onLink.has(device) },
        clock.now()
      )
  })
  const changedHere = (what: Exclude<Item['type'], 'attended'>, id?: string): void => {
    serving.changed()
    changed(self, what, id)
  }

  const onLink = devicesOnLink({
    network,
    peers,
    changed(device) {
      serving.changed(device)
      const account = standings.accountOf(device)
      if (account !== undefined) changed(account, 'near', undefined)
    }
  })
  const setting = presenceSetting(deps, () => changedHere('presence'))
  const shelf = objectShelf({ database, clock, changed: id => changedHere('object', id) })

  const changedThere = (account: AccountId, item: Item): void => {
    if (item.type === 'presence') noteSeen(account)
    if (account === self) lookElsewhere()
    if (item.type !== 'attended')
      changed(account, item.type, item.type === 'object' || item.type === 'app' ? item.id : undefined)
  }
  const watching = watchPeople({
    peers,
    streams,
    allowanceOf(device) {
      const standing = standings.of(device)
      return standing.isContact || standing.isSelf || standing.isMember() ? KNOWN : STRANGER
    },
    accountOf(device) {
      const { account, isBlocked } = standings.of(device)
      return isBlocked ? undefined : account
    },
    changed: changedThere,
    clock,
    logger,
    signal
  })
  const shown = gallery({
    watching,
    personOf(device) {
      const account = standings.accountOf(device)
      return account === undefined ? undefined : { account, name: peers.get(device)?.name ?? account.slice(0, 16) }
    }
  })
  const attended = attendance({
    device: deps.device,
    isOwn: device => device !== deps.device && standings.accountOf(device) === self,
    isOnlineElsewhere: isAttended =>
      ownDevices().some(
        device =>
          isAttended(device) && watching.items(device).some(item => item.type === 'presence' && item.state === 'online')
      ),
    database,
    clock,
    changed: () => changedHere('presence')
  })
  const ownDevices = (): PeerId[] => watching.devices().filter(device => standings.accountOf(device) === self)
  /** What another device of this person says may change what this one does. */
  const lookElsewhere = (): void => {
    for (const device of ownDevices())
      if (watching.items(device).some(({ type }) => type === 'attended')) attended.note(device)
    serving.changed()
  }
  /** Of contacts only: of strangers nothing is stored. */
  const noteSeen = (account: AccountId): void => {
    if (standings.isContact(account)) seen.set(account, clock.now())
  }

  const stopWatching = peers.onChange((event, device) => {
    if (event === 'introduce') serving.changed(device)
  })

  return {
    presence: {
      get setting() {
        return setting.get()
      },
      set: changes => setting.set(changes),
      setIdle: isIdle => attended.report(isIdle),
      of(account) {
        const here = account === self ? [claimOf(setting.get(), attended.isIdle())] : []
        const claim = bestOf([...here, shown.presence(account)])
        return { ...claim, lastSeen: claim.state === 'offline' ? seen.get(account) : undefined }
      }
    },
    objects: {
      publish: object => shelf.publish(object),
      withdraw: id => shelf.withdraw(id),
      own: () => shelf.own(),
      list: options => shown.objects(options)
    },
    apps: {
      register(app) {
        const { capabilities, id, name, scope } = app
        if (capabilities.length > MAX_CAPABILITIES) throw new TypeError(`at most ${MAX_CAPABILITIES} capabilities`)
        if (apps.size >= MAX_APPS) throw new TypeError(`at most ${MAX_APPS} apps`)
        const own = {
          id: localLabel('id', id),
          name: localName(name),
          capabilities: capabilities.map(one => localLabel('capability', one)),
          scope: localScope(scope)
        }
        apps.add(own)
        changedHere('app', id)
        return () => {
          if (apps.delete(own)) changedHere('app', id)
        }
      },
      own: () => [...apps],
      of: account => shown.apps(account)
    },
    near: {
      get setting() {
        return near.get()
      },
      set(changes) {
        near.set(changes)
        changedHere('near')
      },
      list: () => (near.get().on ? shown.near(device => onLink.has(device)) : [])
    },
    look(devices) {
      for (const device of devices) watching.look(device)
      serving.changed()
    },
    stop() {
      attended.stop()
      serving.stop()
      watching.stop()
      stopWatching()
      onLink.stop()
      shelf.stop()
    }
  }
}
