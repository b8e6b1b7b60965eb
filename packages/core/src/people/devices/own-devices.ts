import type { Clock } from '../../clock.ts'
import { coreError } from '../../errors.ts'
import { MAX_DEVICES } from '../../groups/action.ts'
import type { Membership } from '../../groups/membership.ts'
import { whomToAsk } from '../../groups/whom-to-ask.ts'
import type { StoredIdentity } from '../../identity/identity.ts'
import { listeners } from '../../listeners.ts'
import type { Logger } from '../../logger.ts'
import type { Log } from '../../log/log.ts'
import type { Addresses } from '../../peers/addresses.ts'
import type { Peers } from '../../peers/peers.ts'
import type { Database } from '../../store/store.ts'
import type { Network } from '../../transport/network.ts'
import type { Streams } from '../../transport/streams.ts'
import type { Home } from '../home.ts'
import { answerReturns } from '../recovery/answering.ts'
import { askForGroups } from '../recovery/asking.ts'
import { createRecovery } from '../recovery/recovery.ts'
import type { Recovery } from '../recovery/recovery.ts'
import { adoptAccount } from './adoption.ts'
import { createDevices } from './devices.ts'
import type { Devices } from './devices.ts'
import { startHomecoming } from './homecoming.ts'
import { createLinking } from './linking/linking.ts'
import type { Linking } from './linking/linking.ts'
import { oneName } from './one-name.ts'
import { keepTogether } from './together.ts'

export interface OwnDevicesDeps {
  identity: StoredIdentity
  database: Database
  membership: Membership
  home: Home
  log: Log
  network: Network
  streams: Streams
  peers: Peers
  addresses: Addresses
  /** Tells who is connected of another name. */
  introduce(): void
  /** Whether this person asked to join groups that they are not in yet. */
  isWaiting(): boolean
  clock: Clock
  logger: Logger
}

/** One person on several devices: linking, locking out, recovering, and being in the same groups. */
export interface OwnDevices {
  devices: Devices
  linking: Linking
  recovery: Recovery
  /** This device came to another account: the node has to start again. Returns its undo. */
  onAdopted(listener: () => void): () => void
  stop(): Promise<void>
}

/** Call it when the network has started. */
export function startOwnDevices(deps: OwnDevicesDeps): OwnDevices {
  const { database, home, identity, isWaiting, membership } = deps
  const stopping = new AbortController()
  const own = { ...deps, self: identity.account, keys: identity.keys, signal: stopping.signal }
  const isFresh = (): boolean => membership.groups().length + membership.lost().length === 0 && !isWaiting()
  /** When all is said: who hears it stops the node. */
  const { on: onAdopted, tell: adopted } = listeners()
  const homecoming = startHomecoming(own)
  const together = keepTogether({ ...own, homecoming })
  const devices = createDevices(own)
  const recovery = createRecovery({
    ...own,
    isFresh,
    awaited: () => homecoming.list(),
    async adopt(account) {
      await adoptAccount(account, own)
      adopted()
    }
  })
  const linking = createLinking({
    ...own,
    isFresh,
    give() {
      const group = home.open()
      if (home.devices().length >= MAX_DEVICES) throw tooMany()
      return { accountSeed: identity.accountSeed, home: { group, name: 'Home', peers: whomToAsk(group, own) } }
    },
    admit(certificate) {
      if (together.addEverywhere(certificate).includes(home.open())) throw tooMany()
    },
    adopt: ({ home: place, ...account }) => adoptAccount({ ...account, places: [place], targets: undefined }, own)
  })
  linking.onChange(state => {
    if (state.phase === 'linked' && state.role === 'joiner') adopted()
  })
  const stops: (() => void | Promise<void>)[] = [
    answerReturns(own),
    oneName(own),
    askForGroups({ ...own, homecoming, database }),
    () => linking.stop(),
    () => devices.stop(),
    () => together.stop(),
    () => homecoming.stop()
  ]
  return {
    devices,
    linking,
    recovery,
    onAdopted,
    async stop() {
      stopping.abort(new Error('the node stops'))
      for (const stop of stops) await stop()
    }
  }
}

function tooMany(): Error {
  return coreError('TOO_MANY_DEVICES', `you have ${MAX_DEVICES} devices: lock one out first`)
}
