import type { Clock } from '../../clock.ts'
import type { Membership } from '../../groups/membership.ts'
import { whomToAsk } from '../../groups/whom-to-ask.ts'
import { issueCertificate } from '../../identity/certificate.ts'
import { signingKey } from '../../identity/ed25519.ts'
import type { StoredIdentity } from '../../identity/identity.ts'
import type { AccountId } from '../../ids.ts'
import type { Logger } from '../../logger.ts'
import type { Log } from '../../log/log.ts'
import type { Addresses } from '../../log/session.ts'
import type { Peers } from '../../peers/peers.ts'
import type { Database } from '../../store/store.ts'
import type { Network } from '../../transport/network.ts'
import type { Streams } from '../../transport/streams.ts'
import type { Home } from '../home.ts'
import { answerReturns } from '../recovery/answering.ts'
import { askForGroups } from '../recovery/asking.ts'
import { createRecovery } from '../recovery/recovery.ts'
import type { Recovery } from '../recovery/recovery.ts'
import { createAdoption } from './adoption.ts'
import { createDevices } from './devices.ts'
import type { Devices } from './devices.ts'
import { startHomecoming } from './homecoming.ts'
import { createLinking } from './linking/linking.ts'
import type { Linking } from './linking/linking.ts'
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
  onAdopted(listener: (account: AccountId) => void): () => void
  stop(): void
}

/** Call it when the network has started. */
export function startOwnDevices(deps: OwnDevicesDeps): OwnDevices {
  const { clock, database, home, identity, isWaiting, membership } = deps
  const stopping = new AbortController()
  const own = { ...deps, self: identity.account, keys: identity.keys, signal: stopping.signal }
  const isFresh = (): boolean => membership.groups().length + membership.lost().length === 0 && !isWaiting()
  const adoption = createAdoption(own)
  const homecoming = startHomecoming(own)
  const together = keepTogether({ ...own, homecoming })
  const devices = createDevices(own)
  const recovery = createRecovery({ ...own, adoption, isFresh, awaited: () => homecoming.list() })
  const linking = createLinking({
    ...own,
    isFresh,
    admit({ box, device, label }) {
      const { accountSeed } = identity
      const certificate = issueCertificate(signingKey(accountSeed), { device, box, label, issuedAt: clock.now() })
      together.addEverywhere(certificate)
      const group = home.open()
      return { accountSeed, certificate, home: { group, name: 'Home', peers: whomToAsk(group, own) } }
    },
    adopt: ({ home: place, ...account }) => adoption.adopt({ ...account, places: [place], targets: undefined })
  })
  const stops = [
    answerReturns(own),
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
    onAdopted: adoption.onAdopted,
    stop() {
      stopping.abort(new Error('the node stops'))
      for (const stop of stops) stop()
    }
  }
}
