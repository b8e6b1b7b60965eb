import { randomBytes } from 'node:crypto'

/** Two lines that say what it is, and 32 bytes in hexadecimal; as go-ipfs and libp2p have it. */
const SWARM_KEY = /^\/key\/swarm\/psk\/1\.0\.0\/\r?\n\/base16\/\r?\n[0-9a-f]{64}\s*$/i

/** The text of a new swarm key file: nodes that have the same one form a private network. Whoever has it takes part. */
export function newSwarmKey(): string {
  return `/key/swarm/psk/1.0.0/\n/base16/\n${randomBytes(32).toString('hex')}\n`
}

export function isSwarmKey(text: string): boolean {
  return SWARM_KEY.test(text)
}
