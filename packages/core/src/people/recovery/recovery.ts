import { coreError } from '../../errors.ts'
import { readLink } from '../../groups/invitation.ts'
import type { Membership } from '../../groups/membership.ts'
import { whomToAsk } from '../../groups/whom-to-ask.ts'
import type { WhomToAskDeps } from '../../groups/whom-to-ask.ts'
import type { Identity } from '../../identity/identity.ts'
import type { KeyKeeper } from '../../identity/key-keeper.ts'
import { readCardLink } from '../contacts/card.ts'
import type { NewAccount } from '../devices/adoption.ts'
import type { Awaited } from '../devices/homecoming.ts'
import type { Target } from './asking.ts'
import { decodeRecovery, encodeRecovery } from './file.ts'
import { readRecoveryWords, recoveryWords } from './words.ts'

/** What lets a person come back when all devices are gone, and how they do. */
export interface Recovery {
  /** The account's key as 24 words. `passphrase`: of the key file, when it has one. Throws BAD_PASSPHRASE. */
  words(passphrase?: string): Promise<string>
  /**
   * The text of a recovery file, with the groups that this device is in now. `secret` encrypts it; `passphrase`: of the
   * key file, when it has one. Throws BAD_PASSPHRASE, TypeError for an empty secret.
   */
  file(secret: string, passphrase?: string): Promise<string>
  /**
   * Makes this fresh node a new device of the account that the words stand for. `from`: an address, an invitation or a
   * contact card of anybody who shares a group with that person. Throws ACCOUNT_IN_USE, BAD_RECOVERY, BAD_ADDRESS,
   * DISK_FULL.
   */
  byWords(words: string, options: { from: string; name?: string }): Promise<void>
  /** As `byWords`, by a recovery file and its secret. Throws BAD_PASSPHRASE, too. */
  byFile(text: string, secret: string): Promise<void>
  /** Groups of this person that this device is not in yet: after a recovery, or when another device joined one. */
  awaited(): Awaited[]
}

export interface RecoveryDeps extends WhomToAskDeps {
  identity: Pick<Identity, 'accountSeed' | 'certificate' | 'device' | 'name'>
  keys: Pick<KeyKeeper, 'unlock'>
  membership: Membership
  adopt(account: NewAccount): Promise<void>
  awaited(): Awaited[]
  /** Whether nothing would be lost if this device came to another account. */
  isFresh(): boolean
}

export function createRecovery(deps: RecoveryDeps): Recovery {
  const { adopt, awaited, identity, isFresh, keys, membership } = deps
  const beFresh = (): void => {
    if (!isFresh())
      throw coreError('ACCOUNT_IN_USE', 'this node is in groups already: recover into a node with an empty data folder')
  }
  const { label } = identity.certificate
  return {
    async words(passphrase) {
      await keys.unlock(passphrase)
      return recoveryWords(identity.accountSeed)
    },
    async file(secret, passphrase) {
      await keys.unlock(passphrase)
      const places = membership.groups().map(group => {
        const name = membership.state(group)?.name ?? ''
        return { group, name, peers: whomToAsk(group, deps) }
      })
      return await encodeRecovery({ accountSeed: identity.accountSeed, name: identity.name, places }, secret)
    },
    async byWords(words, { from, name = identity.name }) {
      beFresh()
      const accountSeed = readRecoveryWords(words)
      const targets = targetsIn(from)
      await adopt({ accountSeed, name, label, places: [], targets })
    },
    async byFile(text, secret) {
      beFresh()
      const { accountSeed, name, places } = await decodeRecovery(text, secret)
      await adopt({ accountSeed, name, label, places, targets: [] })
    },
    awaited
  }
}

/** Whom an address or a link leads to; throws BAD_ADDRESS. */
function targetsIn(text: string): Target[] {
  const given = text.trim()
  if (given.startsWith('borgo:join/')) return [...readLink(given).peers.values()]
  if (given.startsWith('borgo:contact/')) return [...readCardLink(given).devices.values()]
  if (/^\/\S+\/p2p\/[1-9A-HJ-NP-Za-km-z]+$/.test(given)) return [[given]]
  throw coreError('BAD_ADDRESS', 'no address, invitation or contact card: an address ends in /p2p/ and a device')
}
