import type { Client } from '@borgo/api'
import { nodeError } from '../errors.ts'

/** The device that is meant: an id, or of one that is connected the end of its id or the name of its person. Throws USAGE. */
export async function findPeer(client: Client, text: string, signal?: AbortSignal): Promise<string> {
  if (/^12D3KooW\w{44}$/.test(text)) return text
  const peers = await client.peers.list({ signal })
  const named = peers.filter(({ name }) => name === text)
  const fitting = named.length > 0 ? named : peers.filter(({ device }) => text.length >= 6 && device.endsWith(text))
  const [peer, another] = fitting
  if (!peer) throw nodeError('USAGE', `nobody called ${text} is connected: give the id of the device`)
  if (another) throw nodeError('USAGE', `several devices of ${text} are connected: give the id (\`borgo peers\`)`)
  return peer.device
}
