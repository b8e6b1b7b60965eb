import type { Client, Device } from '@borgo/api'
import { BorgoError } from '@borgo/core/errors'
import { pick } from './pick.ts'

/** The device that is meant: an id, the end of one, or a name. Throws DEVICE_UNKNOWN, USAGE when several fit. */
export async function findDevice(client: Client, text: string, signal?: AbortSignal): Promise<Device> {
  return pick(await client.devices.list({ signal }), text, {
    idOf: ({ device }) => device,
    namesOf: ({ label }) => [label],
    part: 'end',
    least: 6,
    list: 'borgo device list',
    unknown: () =>
      new BorgoError('DEVICE_UNKNOWN', `no device is called ${text}: \`borgo device list\` shows all of them`)
  })
}
