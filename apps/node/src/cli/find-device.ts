import type { Client, Device } from '@borgo/api'
import { BorgoError } from '@borgo/core/errors'
import { nodeError } from '../errors.ts'

/** The device that is meant: an id, the end of one, or a name. Throws DEVICE_UNKNOWN, USAGE when several fit. */
export async function findDevice(client: Client, text: string, signal?: AbortSignal): Promise<Device> {
  const devices = await client.devices.list({ signal })
  const exact = devices.find(({ device }) => device === text)
  if (exact) return exact
  const named = devices.filter(({ label }) => label === text)
  // All ids begin alike.
  const fitting = named.length > 0 ? named : devices.filter(({ device }) => text.length >= 6 && device.endsWith(text))
  const [device, another] = fitting
  if (!device)
    throw new BorgoError('DEVICE_UNKNOWN', `no device is called ${text}: \`borgo device list\` shows all of them`)
  if (another) throw nodeError('USAGE', `several devices are called ${text}: give the id (\`borgo device list\`)`)
  return device
}
