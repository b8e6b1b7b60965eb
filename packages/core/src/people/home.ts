import type { Entry } from '../log/entry.ts'
import type { RecordKind } from '../log/kind.ts'
import type { Membership } from '../groups/membership.ts'
import type { Certificate } from '../identity/certificate.ts'
import type { Identity } from '../identity/identity.ts'
import type { GroupId } from '../ids.ts'
import type { Log } from '../log/log.ts'

/** Kinds of records at home begin with this: no plugin's do. */
const PREFIX = 'core/'

/**
 * How a person's own devices share things (SPEC I-11): a group that holds them alone. It is founded when something is
 * first written. Homes that came about apart are read together.
 */
export interface Home {
  /** The group; undefined while there is none. */
  readonly group: GroupId | undefined
  /** Founds the group when there is none. Throws DISK_FULL. */
  open(): GroupId
  /** Of the devices in it; of this one alone while there is no group. */
  devices(): Certificate[]
  /** Registers a kind, `core/<noun>`, for as long as the node runs. Throws KIND_TAKEN, TypeError. */
  define<T>(kind: RecordKind<T>): void
  /** Writes for all devices; resolves when committed here. Throws FORBIDDEN, TOO_LARGE, DISK_FULL, STOPPED, TypeError. */
  append<T>(kind: RecordKind<T>, data: T): Promise<Entry<T>>
  /** What this person's devices wrote: see `Groups.follow`. */
  follow<T>(kinds: readonly RecordKind<T>[], options: { after?: number; signal: AbortSignal }): AsyncIterable<Entry<T>>
  /** A home was founded, joined or lost, or a device came or went. Returns its undo. */
  onChange(listener: () => void): () => void
  stop(): void
}

export interface HomeDeps {
  identity: Pick<Identity, 'account' | 'device' | 'certificate'>
  membership: Pick<Membership, 'groups' | 'isHome' | 'state' | 'create' | 'act' | 'mustRotate' | 'rotate' | 'onChange'>
  log: Pick<Log, 'append' | 'define' | 'follow'>
}

export function createHome({ identity, membership, log }: HomeDeps): Home {
  const undos: (() => void)[] = []
  // The same one on every device that is in the same homes.
  const homes = (): GroupId[] => membership.groups().filter(membership.isHome).sort()
  const open = (): GroupId => homes()[0] ?? membership.create({ name: 'Home', kind: 'home' })

  return {
    get group() {
      return homes()[0]
    },
    open,
    devices() {
      const found = new Map([[identity.device, identity.certificate]])
      for (const group of homes())
        for (const { devices } of membership.state(group)?.members.values() ?? [])
          for (const [device, certificate] of devices) found.set(device, certificate)
      return [...found.values()]
    },
    define(kind) {
      if (!kind.name.startsWith(PREFIX)) throw new TypeError(`${kind.name}: a kind of the core begins ${PREFIX}`)
      undos.push(log.define(kind))
    },
    async append(kind, data) {
      const group = open()
      if (membership.mustRotate(group)) membership.rotate(group)
      return await log.append(group, kind, data)
    },
    async *follow(kinds, options) {
      for await (const entry of log.follow(kinds, options))
        if (membership.isHome(entry.group) && entry.account === identity.account) yield entry
    },
    onChange(listener) {
      return membership.onChange(group => {
        if (membership.isHome(group)) listener()
      })
    },
    stop() {
      for (const undo of undos.splice(0)) undo()
    }
  }
}
