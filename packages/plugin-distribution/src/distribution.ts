import { isAtLeast, listeners, takeIn } from '@borgo/core'
import type { Entry, Plugin } from '@borgo/core'
import { createContent } from './content.ts'
import type { Content, ContentEvent } from './content.ts'
import { Listings } from './listing/listings.ts'
import { CONTENT, HOLDER, WITHDRAW } from './listing/records.ts'
import type { ContentRecord, WithdrawRecord } from './listing/records.ts'
import { Holdings } from './store/holdings.ts'
import { Keeping } from './store/keeping.ts'
import { MIGRATIONS } from './store/schema.ts'
import { Shelf } from './store/shelf.ts'
import { SWARM } from './swarm/protocol.ts'
import { seeder } from './swarm/seeder.ts'
import { UploadSlots } from './swarm/upload-slots.ts'
import { TransferTable } from './transfer/transfer-table.ts'
import { Transfers } from './transfer/transfers.ts'

export interface Distribution {
  content: Content
}

/** Files and folders shared with groups: published, found, fetched from several members at once. */
export function distribution(): Plugin<Distribution> {
  return {
    name: 'distribution',
    start(context) {
      const { groups, store, signal, log } = context
      const database = store.database(MIGRATIONS)
      const shelf = new Shelf(database)
      const holdings = new Holdings(shelf)
      const keeping = new Keeping(context.storage, shelf)
      const listings = new Listings(database, groups, context.self.account)
      const events = listeners<[event: ContentEvent]>(error => log.error('a listener failed', { error: String(error) }))
      const transfers = new Transfers({
        core: context,
        shelf,
        holdings,
        keeping,
        table: new TransferTable(database),
        listings,
        signal,
        group: id => groups.get(id),
        announce: (group, { cid }) => {
          group
            .broadcast(HOLDER, { cid })
            .catch((error: unknown) => log.debug('nobody was told', { error: String(error) }))
        },
        onChange: transfer => events.tell({ type: 'transfer', transfer }),
        onRemove: id => events.tell({ type: 'transfer-removed', id })
      })

      groups.define(CONTENT)
      groups.define(WITHDRAW)
      groups.listen(HOLDER, ({ group, device, data }) => transfers.notice(group.id, data.cid, device))
      context.handle(
        SWARM,
        seeder({
          clock: context.clock,
          slots: new UploadSlots(),
          isShared: (group, cid, peer) =>
            isAtLeast(groups.get(group)?.member(peer)?.role, 'reader') && listings.get(group, cid) !== undefined,
          lease: cid => holdings.lease(cid),
          node: (content, cid) => shelf.node(content, cid)
        })
      )
      const taking = takeIn(context, {
        kinds: [CONTENT, WITHDRAW],
        place: database,
        take(entry: Entry<ContentRecord | WithdrawRecord>) {
          listings.apply(entry)
          return entry
        },
        taken(entries) {
          for (const { group, data } of entries) events.tell({ type: 'content', group, cid: data.cid })
        }
      })
      context.background(taking.ended)
      context.defer(() => transfers.stopped())
      transfers.start()

      const publisher = {
        folder: store.folder,
        shelf,
        listings,
        keeping,
        isFetching: (cid: Parameters<Transfers['unfinished']>[0]) => transfers.unfinished(cid) !== undefined
      }
      return { content: createContent({ context, shelf, holdings, listings, transfers, publisher, events }) }
    }
  }
}
