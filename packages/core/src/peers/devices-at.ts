import { coreError } from '../errors.ts'
import { parsePeerId } from '../ids.ts'
import type { PeerId } from '../ids.ts'

/** The devices that multiaddrs lead to, each with its addresses. Throws BAD_ADDRESS when one does not end in `/p2p/<device>`. */
export function devicesAt(addresses: readonly string[]): Map<PeerId, string[]> {
  const devices = new Map<PeerId, string[]>()
  for (const address of addresses) {
    const device = deviceAt(address)
    devices.set(device, [...(devices.get(device) ?? []), address])
  }
  return devices
}

function deviceAt(address: string): PeerId {
  const [, id = ''] = /\/p2p\/([^/]+)$/.exec(address) ?? []
  try {
    return parsePeerId(id)
  } catch (cause) {
    throw coreError('BAD_ADDRESS', `${JSON.stringify(address.slice(0, 200))} does not end in /p2p/<device>`, cause)
  }
}
