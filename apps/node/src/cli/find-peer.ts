import type { Client } from '@borgo/api'
import { nodeError } from '../errors.ts'
import { pick } from './pick.ts'

/** The device that is meant: an id, or of one that is connected the end of its id or the name of its person. Throws USAGE. */
export async function findPeer(client: Client, text: string, signal?: AbortSignal): Promise<string> {
  if (/^12D3KooW\w{44}$/.test(text)) return text
  const { device } = pick(await client.peers.list({ signal }), text, {
    idOf: peer => peer.device,
    namesOf: ({ name }) => [name],
    part: 'end',
    least: 6,
    list: 'borgo peers',
    unknown: () => nodeError('USAGE', `nobody called ${text} is connected: give the id of the device`)
  })
  return device
}
