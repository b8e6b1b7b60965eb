import type { AccountId, PeerId } from '../../ids.ts'
import type { Logger } from '../../logger.ts'
import type { Peers } from '../../peers/peers.ts'
import type { Network } from '../../transport/network.ts'
import type { ContactBook } from './book.ts'

/** How long a device is refused at a time; when it comes again after that, it is refused again. */
const REFUSED_MS = 60 * 60_000
/** Devices that are let in again at once when their person is unblocked; others are when their time is over. */
const REMEMBERED = 4_096

/** Hangs up on blocked people and refuses them. Returns its undo. */
export function startBlocking(deps: {
  book: ContactBook
  network: Pick<Network, 'denials' | 'deny'>
  peers: Pick<Peers, 'list' | 'onChange'>
  /** Whose a device is, as far as that is known. */
  accountOf(device: PeerId): AccountId | undefined
  logger: Logger
}): () => void {
  const { book, network, peers, accountOf, logger } = deps
  const refused = new Map<PeerId, AccountId>()

  const refuse = (device: PeerId): void => {
    network
      .deny(device, REFUSED_MS, { why: 'blocked' })
      .catch((error: unknown) => logger.warn('not hung up', { device, error: String(error) }))
  }
  const look = (device: PeerId): void => {
    const account = accountOf(device)
    if (account === undefined || !book.get(account).blocked) return
    const [oldest] = refused.keys()
    if (refused.size === REMEMBERED && oldest !== undefined) refused.delete(oldest)
    refused.set(device, account)
    refuse(device)
  }

  const stopWatching = peers.onChange((event, device) => {
    if (event !== 'disconnect') look(device)
  })
  book.onChange(account => {
    if (book.get(account).blocked) {
      for (const { device } of peers.list()) look(device)
      return
    }
    for (const [device, blocked] of refused) {
      if (blocked !== account) continue
      refused.delete(device)
      network.denials.lift(device, ['blocked'])
    }
  })
  return stopWatching
}
