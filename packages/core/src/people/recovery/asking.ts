import type { Clock } from '../../clock.ts'
import { coreError } from '../../errors.ts'
import type { Membership } from '../../groups/membership.ts'
import { signingKey } from '../../identity/ed25519.ts'
import type { Identity } from '../../identity/identity.ts'
import type { AccountId, PeerId } from '../../ids.ts'
import type { Logger } from '../../logger.ts'
import type { Peers } from '../../peers/peers.ts'
import type { Database } from '../../store/store.ts'
import type { Network } from '../../transport/network.ts'
import type { Streams } from '../../transport/streams.ts'
import type { Homecoming } from '../devices/homecoming.ts'
import type { Place } from '../devices/place.ts'
import { MAX_PLACES, RETURN, decodeChallenge, decodePlaces, encodeRequest } from './protocol.ts'

/** Part of the core's database: a recovered account that looks for its groups. */
export const RECOVERY_SCHEMA = `
  CREATE TABLE recovery (
    account TEXT PRIMARY KEY,
    targets TEXT NOT NULL, -- JSON: multiaddrs of each device that is to be asked
    since INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`

/** First wait before a device that did not answer is asked again, doubled up to the longest, ms. */
const FIRST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 60_000
/** How long after a recovery members are asked, ms. */
const LOOKING_MS = 30 * 86_400_000

/** Multiaddrs of one device that may know the person. */
export type Target = readonly string[]

/** Notes that a device of this account is to look for its groups, once it is one. */
export function noteRecovery(database: Database, account: AccountId, targets: readonly Target[], now: number): void {
  database.prepare('INSERT OR REPLACE INTO recovery VALUES (?, ?, ?)').run(account, JSON.stringify(targets), now)
}

export interface AskingDeps {
  identity: Pick<Identity, 'account' | 'accountSeed' | 'certificate' | 'device' | 'deviceKey'>
  membership: Pick<Membership, 'groups' | 'roleOf'>
  network: Pick<Network, 'dial'>
  streams: Pick<Streams, 'open'>
  peers: Pick<Peers, 'list' | 'get' | 'onChange'>
  homecoming: Pick<Homecoming, 'add'>
  database: Database
  clock: Clock
  logger: Logger
}

/** After a recovery: asks the devices that the person named, and all members one meets, for further groups. Returns its end. */
export function askForGroups(deps: AskingDeps): () => void {
  const { clock, database, homecoming, identity, logger, membership, network, peers, streams } = deps
  const stopping = new AbortController()
  const { signal } = stopping
  const asked = new Set<PeerId>()
  database
    .prepare('DELETE FROM recovery WHERE account <> ? OR since < ?')
    .run(identity.account, clock.now() - LOOKING_MS)
  const row = database.prepare('SELECT targets FROM recovery').get()
  if (!row) return () => undefined
  let targets = JSON.parse(String(row.targets)) as Target[]

  const ask = async (peer: PeerId): Promise<void> => {
    asked.add(peer)
    try {
      const places = await groupsAt(peer, { identity, streams }, signal)
      for (const place of places) homecoming.add(place)
      logger.info('asked a member for groups of this person', { peer, groups: places.length })
    } catch (error) {
      asked.delete(peer)
      throw error
    }
  }
  const answered = (target: Target): void => {
    targets = targets.filter(one => one !== target)
    database.prepare('UPDATE recovery SET targets = ?').run(JSON.stringify(targets))
  }
  const seek = async (target: Target, waitMs: number): Promise<void> => {
    try {
      await ask(await network.dial([...target], { signal }))
      answered(target)
    } catch (error) {
      if (signal.aborted) return
      logger.debug('no answer about groups of this person yet', { error: String(error) })
      const later = Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, 2 * waitMs))
      signal.addEventListener(
        'abort',
        clock.after(later, () => void seek(target, later))
      )
    }
  }
  const askMember = (peer: PeerId): void => {
    const isOwn = peers.get(peer)?.account === identity.account
    const isMember = membership.groups().some(group => membership.roleOf(group, peer) !== undefined)
    if (asked.has(peer) || !(isOwn || isMember)) return
    ask(peer).catch((error: unknown) => {
      if (!signal.aborted) logger.debug('a member told no groups', { peer, error: String(error) })
    })
  }

  const stopWatching = peers.onChange((event, device) => {
    if (event === 'introduce') askMember(device)
  })
  for (const target of targets) void seek(target, 0)
  return () => {
    stopWatching()
    stopping.abort(coreError('STOPPED', 'the node stops'))
  }
}

/** The groups that a connected device shares with this person. Throws BAD_MESSAGE and what opening a stream does. */
async function groupsAt(
  peer: PeerId,
  { identity, streams }: Pick<AskingDeps, 'identity' | 'streams'>,
  signal: AbortSignal
): Promise<Place[]> {
  const { accountSeed, certificate, deviceKey } = identity
  const stream = await streams.open(peer, RETURN, { signal })
  try {
    const challenge = await stream.receive({ signal })
    if (!challenge) throw coreError('STREAM_RESET', 'the other side ended before it began')
    const request = { certificate, listener: peer, nonce: decodeChallenge(challenge) }
    await stream.send(encodeRequest(request, deviceKey, signingKey(accountSeed)), { signal })
    await stream.end()
    const places: Place[] = []
    for (let bytes = await stream.receive({ signal }); bytes; bytes = await stream.receive({ signal })) {
      places.push(...decodePlaces(bytes))
      if (places.length > MAX_PLACES) throw coreError('BAD_MESSAGE', `more than ${MAX_PLACES} groups`)
    }
    return places
  } catch (error) {
    stream.reset(error)
    throw error
  }
}
