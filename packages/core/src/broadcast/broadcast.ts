import type { Clock } from '../clock.ts'
import { coreError, hasCode } from '../errors.ts'
import type { Channel } from '../log/kind.ts'
import { isAtLeast } from '../groups/role.ts'
import type { Identity } from '../identity/identity.ts'
import type { AccountId, GroupId, PeerId } from '../ids.ts'
import { decodeBody, encodeBody } from '../log/body.ts'
import { judge } from '../log/judge.ts'
import { createRegistry } from '../log/registry.ts'
import type { Members } from '../log/members.ts'
import type { Logger } from '../logger.ts'
import type { Network, Verdict } from '../transport/network.ts'
import { MAX_BROADCAST_BYTES, decodeBroadcast, encodeBroadcast, roomOf } from './message.ts'
import type { Room, Said } from './message.ts'
import { FRESH_MS, replayWindow } from './replay-window.ts'
import type { ReplayWindow } from './replay-window.ts'

/** A message of a member, checked and decrypted. */
export interface Heard<T> {
  group: GroupId
  account: AccountId
  device: PeerId
  data: T
}

/** The log's unstored sibling: what members that are connected now say to each other. */
export interface BroadcastService {
  /** Best effort. Throws FORBIDDEN, TOO_LARGE; TypeError for data that the channel itself refuses. */
  send<T>(group: GroupId, channel: Channel<T>, data: T): Promise<void>
  /** Returns its undo. Throws KIND_TAKEN. */
  listen<T>(channel: Channel<T>, receive: (message: Heard<T>) => void): () => void
  stop(): void
}

/** A channel and who listens to it. */
interface Listening extends Channel<unknown> {
  receive(message: Heard<unknown>): void
}

export function createBroadcast(options: {
  identity: Pick<Identity, 'device' | 'deviceKey'>
  network: Pick<Network, 'subscribe' | 'publish'>
  members: Members
  clock: Clock
  logger: Logger
}): BroadcastService {
  const { identity, network, members, clock, logger } = options
  const { device: self } = identity
  const channels = createRegistry<Listening>(MAX_BROADCAST_BYTES)
  const rooms = new Map<GroupId, { room: Room; leave(): void }>()
  const windows = new Map<string, ReplayWindow>()
  let sent = 0

  const windowOf = ({ group, device }: Said): ReplayWindow => {
    const name = `${group} ${device}`
    const window = windows.get(name) ?? replayWindow()
    windows.set(name, window)
    return window
  }

  /** Passes a message on to who listens; `refused` when the channel's rules refuse it. */
  const deliver = (account: AccountId, { group, device, body }: Said, refused: Verdict): Verdict => {
    let said: ReturnType<typeof decodeBody>
    try {
      said = decodeBody(body)
    } catch {
      // A member signed something that is no body.
      return refused
    }
    const channel = channels.get(said.kind)
    if (!channel) return 'accept'
    const role = members.roleOf(group, device)
    if (!isAtLeast(role, channel.role)) return 'ignore'
    const fit = judge(channel, { role, bytes: body.length, data: said.data })
    if (!fit) return refused
    try {
      channel.receive({ group, account, device, data: fit.data })
    } catch (error) {
      logger.error('a listener failed', { channel: channel.name, error: String(error) })
    }
    return 'accept'
  }

  const judgeMessage = (room: Room, bytes: Uint8Array, from: PeerId): Verdict => {
    let said: Said | 'other-epoch'
    try {
      said = decodeBroadcast(room, bytes)
    } catch (error) {
      if (!hasCode(error, 'BAD_MESSAGE')) throw error
      return 'reject'
    }
    if (said === 'other-epoch') return 'ignore'
    const account = members.accountOf(said.group, said.device)
    // Others may have let its author in, or given it a role, of which nothing is known here yet.
    if (account === undefined || members.roleOf(said.group, said.device) === undefined) return 'ignore'
    if (!windowOf(said).pass(said, clock.now())) return 'ignore'
    // Whoever passes a message on may know fewer channels than we do: only its author is to blame for what these refuse.
    return deliver(account, said, from === said.device ? 'reject' : 'ignore')
  }

  /** One room for each group, of its present epoch. */
  const enter = (group: GroupId): void => {
    const present = rooms.get(group)
    const epoch = members.groups().includes(group) ? members.epoch(group) : undefined
    const key = epoch === undefined ? undefined : members.key(group, epoch)
    if (present && present.room.epoch === epoch) return
    present?.leave()
    rooms.delete(group)
    if (epoch === undefined || !key) return
    const room = roomOf(group, epoch, key)
    rooms.set(group, { room, leave: network.subscribe(room.topic, (bytes, from) => judgeMessage(room, bytes, from)) })
  }

  for (const group of members.groups()) enter(group)
  const stopWatching = members.onChange(enter)
  const stopForgetting = clock.every(FRESH_MS, () => {
    for (const [name, window] of windows) if (window.isStale(clock.now())) windows.delete(name)
  })

  return {
    async send(group, channel, data) {
      if (!isAtLeast(members.roleOf(group, self), channel.role))
        throw coreError('FORBIDDEN', `a ${channel.name} here takes the role ${channel.role}`)
      const body = encodeBody({ kind: channel.name, data })
      if (body.length > Math.min(channel.maxBytes, MAX_BROADCAST_BYTES))
        throw coreError('TOO_LARGE', `a ${channel.name} has at most ${channel.maxBytes} bytes, this one ${body.length}`)
      assertFits(channel, body)
      const room = rooms.get(group)?.room
      if (!room) throw coreError('FORBIDDEN', "the group's present key has not reached this device yet")
      const said = { group, device: self, ms: clock.now(), count: ++sent, body }
      await network.publish(room.topic, encodeBroadcast(room, identity.deviceKey, said))
    },
    listen<T>(channel: Channel<T>, receive: (message: Heard<T>) => void) {
      // What `receive` is given went through this very channel's `parse`.
      return channels.define({ ...channel, receive: message => receive(message as Heard<T>) })
    },
    stop() {
      stopForgetting()
      stopWatching()
      for (const { leave } of rooms.values()) leave()
      rooms.clear()
    }
  }
}

function assertFits<T>(channel: Channel<T>, body: Uint8Array): void {
  try {
    channel.parse(decodeBody(body).data)
  } catch (cause) {
    throw new TypeError(`the data is not a ${channel.name}`, { cause })
  }
}
