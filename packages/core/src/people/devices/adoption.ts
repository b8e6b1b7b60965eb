import type { Clock } from '../../clock.ts'
import type { Adopted, KeyKeeper } from '../../identity/key-keeper.ts'
import type { AccountId } from '../../ids.ts'
import type { Database } from '../../store/store.ts'
import { noteRecovery } from '../recovery/asking.ts'
import type { Target } from '../recovery/asking.ts'
import { noteHomecoming } from './homecoming.ts'
import type { Place } from './place.ts'

/** An account for this device, and where its groups are. */
export interface NewAccount extends Adopted {
  /** Groups to get into. */
  places: readonly Place[]
  /** Whom to ask for further groups; undefined when all of them come from the person's other devices. */
  targets: readonly Target[] | undefined
}

/** Makes this device one of another account. */
export interface Adoption {
  /**
   * The key file is written last, in one step: whatever a crash leaves, the identity is the old one or the new one, and
   * the new one knows where to go. Throws BAD_CERTIFICATE, DISK_FULL, FOLDER_READ_ONLY.
   */
  adopt(account: NewAccount): Promise<void>
  /** Told once it is done: the node has to start again. Returns its undo. */
  onAdopted(listener: (account: AccountId) => void): () => void
}

export function createAdoption(deps: { keys: Pick<KeyKeeper, 'adopt'>; database: Database; clock: Clock }): Adoption {
  const { clock, database, keys } = deps
  const listeners = new Set<(account: AccountId) => void>()
  return {
    async adopt({ places, targets, ...adopted }) {
      const { account } = adopted.certificate
      const now = clock.now()
      database.transaction(() => {
        noteHomecoming(database, account, places, now)
        if (targets) noteRecovery(database, account, targets, now)
      })
      await keys.adopt(adopted)
      for (const listener of [...listeners]) listener(account)
    },
    onAdopted(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
}
