import { decodeCanonical, encodeCanonical, readBytes, readList, readMap } from '../canonical.ts'
import { seal } from '../identity/box.ts'
import type { SealContext } from '../identity/box.ts'
import type { Certificate } from '../identity/certificate.ts'
import type { Identity } from '../identity/identity.ts'
import { hashOf, peerIdOf, peerKey } from '../ids.ts'
import type { GroupId } from '../ids.ts'

/** One sealed copy for each of a person's devices. */
const MAX_DEVICES = 64

function context(group: GroupId): SealContext {
  return { tag: 'borgo/personal/1', scope: hashOf(group) }
}

/** Encrypts for these devices, within this group. Says nothing of who sealed: the record that carries it does. */
export function sealFor(devices: Iterable<Certificate>, group: GroupId, bytes: Uint8Array): Uint8Array {
  const copies = [...devices].slice(0, MAX_DEVICES).map(({ device, box }) => ({
    device: peerKey(device),
    sealed: seal(box, bytes, context(group))
  }))
  return encodeCanonical(copies)
}

/** Undefined when nothing in it is for this device and group. */
export function openSealed(identity: Identity, group: GroupId, bytes: Uint8Array): Uint8Array | undefined {
  let copies: { device: string; sealed: Uint8Array }[]
  try {
    copies = readList(decodeCanonical(bytes), MAX_DEVICES, value => {
      const { device, sealed } = readMap(value, 'device', 'sealed')
      return { device: peerIdOf(readBytes(device, 32)), sealed: readBytes(sealed, 1, bytes.length) }
    })
  } catch {
    // Any member may have written anything: what is not sealed for us is not for us.
    return undefined
  }
  const own = copies.find(({ device }) => device === identity.device)
  return own && identity.unseal(own.sealed, context(group))
}
