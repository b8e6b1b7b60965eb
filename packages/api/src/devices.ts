import { Type, type Static } from 'typebox'
import { area } from './route.ts'
import { DeviceId, GroupId, Name, Timestamp } from './values.ts'

/** One of this person's devices. */
export const Device = Type.Object({
  device: DeviceId,
  label: Name,
  certifiedAt: Timestamp,
  isThis: Type.Boolean({ description: 'The device that answers' }),
  online: Type.Boolean(),
  lastSeenAt: Type.Optional(Timestamp),
  groups: Type.Integer({ minimum: 0, description: 'How many groups of this device it is in, too' }),
  stoppedIn: Type.Integer({
    minimum: 0,
    description:
      'In how many groups, that of the devices included, it wrote two histories, as a device whose data was copied does: what it writes there counts no more'
  })
})
export type Device = Static<typeof Device>

/** What became of locking a device out. */
export const Revocation = Type.Object({
  groups: Type.Integer({
    minimum: 0,
    description: 'How many groups it was locked out of, one of them that of the devices'
  }),
  failed: Type.Array(Type.Object({ group: GroupId, name: Name, reason: Type.String() }), {
    description: 'Where it was not: it is still in there'
  })
})
export type Revocation = Static<typeof Revocation>

/** A link for a new device. Whoever has it can ask to become a device of this person; it is of use once. */
export const DeviceLink = Type.Object({
  link: Type.String({ description: 'borgo:link/…, as text or in a QR code' }),
  code: Type.String({ description: 'XXXX-XXXX-XXXX-XXXX: instead of the link, for a node that is connected already' }),
  expiresAt: Timestamp
})
export type DeviceLink = Static<typeof DeviceLink>

const LinkRole = Type.Union([Type.Literal('giver'), Type.Literal('joiner')], {
  description: 'Whether this device gives its account, or joins another’s'
})
/** How far linking is, at this end. */
export const Linking = Type.Union([
  Type.Object({ phase: Type.Literal('none') }),
  Type.Object({ phase: Type.Literal('offered'), expiresAt: Timestamp }),
  Type.Object({
    phase: Type.Literal('comparing'),
    role: LinkRole,
    words: Type.Array(Type.String(), { description: 'Both devices show them; only when they are the same, confirm' }),
    other: Type.String({ description: 'What the other side calls itself: the device, or the person' }),
    isAgreed: Type.Boolean({ description: 'Confirmed here; the other side has to, too' })
  }),
  Type.Object({ phase: Type.Literal('linked'), role: LinkRole, device: DeviceId }),
  Type.Object({ phase: Type.Literal('failed'), code: Type.String(), reason: Type.String() })
])
export type Linking = Static<typeof Linking>

/** What changed: the list, or how far linking is. */
export const DevicesEvent = Type.Object({ what: Type.Union([Type.Literal('list'), Type.Literal('linking')]) })
export type DevicesEvent = Static<typeof DevicesEvent>

const ByDevice = Type.Object({ device: DeviceId })

export const devices = area({
  name: 'devices',
  routes: {
    list: { method: 'GET', path: '/devices', summary: "This person's devices", response: Type.Array(Device) },
    rename: {
      method: 'PATCH',
      path: '/devices/:device',
      summary: 'Name a device, for this person alone',
      params: ByDevice,
      body: Type.Object({ label: Name }),
      response: Device
    },
    revoke: {
      method: 'DELETE',
      path: '/devices/:device',
      summary: 'Lock a device out of everything, and whoever took the keys from it',
      params: ByDevice,
      response: Revocation
    },
    linking: { method: 'GET', path: '/devices/linking', summary: 'How far linking is', response: Linking },
    offer: {
      method: 'POST',
      path: '/devices/linking',
      summary: 'Make a link for a new device, and take back the one before',
      body: Type.Object({
        expiresInMs: Type.Optional(Type.Integer({ minimum: 60_000, maximum: 3_600_000, default: 600_000 }))
      }),
      response: DeviceLink,
      status: 201
    },
    open: {
      method: 'POST',
      path: '/devices/linking/open',
      summary: 'On the new device, which is in no group yet: open a link or code; answers when words can be compared',
      body: Type.Object({
        link: Type.String({ minLength: 1, maxLength: 2_048 }),
        label: Type.Optional(
          Type.String({ minLength: 1, maxLength: 64, description: 'What this device is to be called' })
        )
      }),
      response: Linking
    },
    confirm: {
      method: 'POST',
      path: '/devices/linking/confirm',
      summary:
        'Both devices show the same words. When both are confirmed, the new node starts again as what it is then',
      response: Linking
    },
    cancel: {
      method: 'DELETE',
      path: '/devices/linking',
      summary: 'Take the link back, or end the comparison',
      query: Type.Object({
        wordsDiffer: Type.Optional(Type.Boolean({ description: 'The devices show other words' }))
      })
    }
  },
  events: { devices: DevicesEvent },
  problems: {
    ACCOUNT_IN_USE: 409,
    BAD_DEVICE_LINK: 400,
    DEVICE_LINK_EXPIRED: 410,
    DEVICE_LINK_USED: 410,
    DEVICE_UNKNOWN: 404,
    LINKING_CANCELLED: 409,
    NO_LINKING: 409,
    STREAM_RESET: 502,
    UNREACHABLE: 502,
    WORDS_DIFFER: 409
  }
})
