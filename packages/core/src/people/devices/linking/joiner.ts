import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../clock.ts'
import { coreError } from '../../../errors.ts'
import type { Certificate } from '../../../identity/certificate.ts'
import type { Identity } from '../../../identity/identity.ts'
import { accountOf } from '../../../identity/secrets.ts'
import type { Stream } from '../../../stream.ts'
import type { Comparison } from './comparison.ts'
import { SEAL_TAG } from './giver.ts'
import { NONCE_BYTES, decodeGivenAccount } from './protocol.ts'
import type { GivenAccount, LinkMessage } from './protocol.ts'
import { talkOver } from './talk.ts'
import { commitmentTo, isEqual, linkWords, proofOf, transcriptHash } from './transcript.ts'

/** How long the giver may take to hear that it is done, ms: this node stops next. */
const GOODBYE_MS = 5_000

export interface JoinerDeps {
  identity: Pick<Identity, 'certificate' | 'device' | 'unseal'>
  /** Shows the words to the person here, and whose account it is. */
  compare(words: readonly string[], person: string): Comparison
  /** Makes this a device of that account, on disk; returns its certificate. */
  adopt(given: GivenAccount & { name: string; label: string }): Promise<Certificate>
  clock: Clock
}

/**
 * Asks the device at the other end for its account, by a link's secret. Resolves when the words can be compared: `done`
 * settles when the account is here, or why it is not. Throws BAD_DEVICE_LINK, DEVICE_LINK_EXPIRED, DEVICE_LINK_USED,
 * LINKING_CANCELLED, BAD_MESSAGE, STREAM_RESET.
 */
export async function askForAccount(
  stream: Stream,
  { label, secret, signal }: { label: string; secret: Uint8Array; signal: AbortSignal },
  { adopt, clock, compare, identity }: JoinerDeps
): Promise<{ comparison: Comparison; done: Promise<void> }> {
  const { certificate, device: joiner, unseal } = identity
  const { box } = certificate
  const giver = stream.peer
  const talk = talkOver(stream)
  const joinerNonce = Uint8Array.from(randomBytes(NONCE_BYTES))
  const commitment = commitmentTo(joinerNonce)
  const shown = [giver, joiner, box, label, commitment]
  await talk.say({ type: 'hello', box, label, commitment, proof: proofOf(secret, 'joiner', shown) })
  const { account: offered, name, nonce, proof } = await talk.hear('offer', { signal })
  if (!isEqual(proof, proofOf(secret, 'giver', [...shown, offered, name, nonce])))
    throw coreError('BAD_MESSAGE', 'an offer by somebody who does not know the link')
  await talk.say({ type: 'reveal', nonce: joinerNonce })
  const scope = transcriptHash({ giver, joiner, box, label, account: offered, name, giverNonce: nonce, joinerNonce })
  const comparison = compare(linkWords(scope), name)

  const finish = async (): Promise<void> => {
    const account = talk.hear('account')
    const tooEarly = account.then(() => Promise.reject(coreError('BAD_MESSAGE', 'an account that nobody agreed to')))
    await Promise.race([comparison.agreed, tooEarly])
    await talk.say({ type: 'agreed' })
    const { sealed } = await Promise.race([account, comparison.ended])
    const opened = unseal(sealed, { tag: SEAL_TAG, scope })
    if (!opened) throw coreError('BAD_MESSAGE', 'an account that was not sealed for this device')
    const given = decodeGivenAccount(opened)
    if (accountOf(given.accountSeed) !== offered) throw coreError('BAD_MESSAGE', 'another account than was offered')
    // Signed when the account's key is here, and no sooner: whoever has this signature can have the device.
    const joined = await adopt({ ...given, name, label })
    await goodbye(stream, { type: 'joined', certificate: joined }, clock)
  }
  const done = finish().catch(async (error: unknown) => {
    if (comparison.ending) await talk.say({ type: 'ended', reason: comparison.ending }).then(() => stream.end())
    else stream.reset(error)
    throw error
  })
  return { comparison, done }
}

/**
 * The giver ends its side when it has let this device in. That it did not is no failure, since the account is here: this
 * device asks to be let in when it has started again.
 */
async function goodbye(stream: Stream, joined: LinkMessage, clock: Clock): Promise<void> {
  const controller = new AbortController()
  const { signal } = controller
  const cancel = clock.after(GOODBYE_MS, () => controller.abort(coreError('TIMEOUT', 'no goodbye')))
  await talkOver(stream)
    .say(joined)
    .then(() => stream.end())
    .then(() => stream.receive({ signal }))
    .catch((error: unknown) => stream.reset(error))
  cancel()
}
