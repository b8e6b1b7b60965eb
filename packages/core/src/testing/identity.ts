import { createHash } from 'node:crypto'
import { signingKey } from '../identity/ed25519.ts'
import type { SigningKey } from '../identity/ed25519.ts'
import { identityOf } from '../identity/identity.ts'
import type { Identity } from '../identity/identity.ts'
import { makeSecrets } from '../identity/secrets.ts'

/** The account's key of the person that `memoryIdentity(seed)` is. */
export function accountKeyOf(seed: string): SigningKey {
  return signingKey(createHash('sha256').update(`account of ${seed}`).digest())
}

/** An identity in memory; equal seeds give equal keys. */
export function memoryIdentity(seed: string, name = seed): Identity {
  const bytes = (purpose: string): Uint8Array =>
    Uint8Array.from(createHash('sha256').update(`${purpose} of ${seed}`).digest())
  const secrets = makeSecrets({
    accountSeed: bytes('account'),
    deviceSeed: bytes('device'),
    boxSecret: bytes('box'),
    label: 'test',
    now: 0
  })
  return identityOf(secrets, name, () => Promise.resolve())
}
