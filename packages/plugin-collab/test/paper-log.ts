import type { Entry, Group, Order, PeerId, RecordId, RecordKind, Self } from '@borgo/core'
import { silentLogger } from '@borgo/core'
import { manualClock, memoryStores } from '@borgo/core/testing'
import { documentStore } from '../src/document-store.ts'
import { LiveDocument } from '../src/live-document.ts'
import type { UpdateData } from '../src/protocol.ts'
import type { UpdatePart } from '../src/replica.ts'
import { SCHEMA } from '../src/schema.ts'
import { DOCUMENT } from './author.ts'

export const GROUP = 'bgroup' as Group['id']

/** A log of one group without nodes: what is appended is stored, and taken in when `arrive` is called. */
export function paperLog() {
  const clock = manualClock()
  const database = memoryStores().of('collab').database(SCHEMA)
  const store = documentStore(database)
  const log: Entry<UpdateData>[] = []
  const self = { account: 'zada', device: 'ada', name: 'Ada' } as unknown as Self
  const entry = (device: PeerId, data: UpdateData): Entry<UpdateData> => {
    const position = log.length + 1
    const order: Order = { era: 0, ms: position, count: 0, device }
    const [id, account] = [`b${position}` as RecordId, 'z' as Entry['account']]
    return {
      position,
      group: GROUP,
      id,
      kind: 'collab/update',
      account,
      device,
      seq: position,
      order,
      isTimeOff: false,
      data
    }
  }
  const group = {
    id: GROUP,
    role: 'writer',
    member: () => undefined,
    append: (_kind: RecordKind<UpdateData>, data: UpdateData) => {
      const made = entry(self.device, data)
      log.push(made)
      return Promise.resolve(made)
    },
    page: () => ({ entries: log, before: undefined }),
    broadcast: () => Promise.resolve()
  } as unknown as Group
  let taken = 0
  return {
    clock,
    database,
    group,
    self,
    store,
    open: () =>
      new LiveDocument({ id: DOCUMENT, group, self, clock, log: silentLogger, store, until: () => Promise.resolve() }),
    hear(parts: readonly UpdatePart[]) {
      for (const { device, sessions, part, parts: count, bytes } of parts)
        log.push(entry(device, { document: DOCUMENT, sessions: [...sessions], part, parts: count, bytes }))
    },
    arrive(live?: LiveDocument) {
      const fresh = log.slice(taken)
      taken = log.length
      for (const one of fresh) store.add(one)
      live?.receive(fresh)
      return fresh
    }
  }
}
