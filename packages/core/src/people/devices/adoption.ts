import type { Clock } from '../../clock.ts'
import type { Certificate } from '../../identity/certificate.ts'
import type { Adopted, KeyKeeper } from '../../identity/key-keeper.ts'
import { accountOf } from '../../identity/secrets.ts'
import type { Database } from '../../store/store.ts'
import { noteRecovery } from '../recovery/asking.ts'
import type { Target } from '../recovery/asking.ts'
import { noteHomecoming } from './homecoming.ts'
import type { Place } from './place.ts'

/** An account for this device, and where its groups are. */
export interface NewAccount extends Omit<Adopted, 'now'> {
  /** Groups to get into. */
  places: readonly Place[]
  /** Whom to ask for further groups; undefined when all of them come from the person's other devices. */
  targets: readonly Target[] | undefined
}

/**
 * Makes this device one of another account, and returns its certificate. The key file is written last, in one step:
 * whatever a crash leaves, the identity is the old one or the new one, and the new one knows where to go. Throws
 * DISK_FULL, FOLDER_READ_ONLY.
 */
export async function adoptAccount(
  { places, targets, ...adopted }: NewAccount,
  { clock, database, keys }: { keys: Pick<KeyKeeper, 'adopt'>; database: Database; clock: Clock }
): Promise<Certificate> {
  const account = accountOf(adopted.accountSeed)
  const now = clock.now()
  database.transaction(() => {
    noteHomecoming(database, account, places, now)
    if (targets) noteRecovery(database, account, targets, now)
  })
  return await keys.adopt({ ...adopted, now })
}
