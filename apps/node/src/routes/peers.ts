import { api, type Connection, type Denial as ApiDenial, type DenialPage, type Peer as ApiPeer } from '@borgo/api'
import { parsePeerId, type Denial, type Peer, type PeerId, type Peers, type ShutOut } from '@borgo/core'
import type { EventBus } from '../events/bus.ts'
import { serve, type Served } from '../http/area.ts'

/** On a page, unless told otherwise. */
const DENIALS = 100

export function peersRoutes(options: {
  peers: Peers
  shutOut: ShutOut
  dial: (address: string, signal: AbortSignal) => Promise<PeerId>
  bus: EventBus
  defer: (cleanup: () => void) => void
}): Served {
  const { peers, dial, bus, defer, shutOut } = options
  const denied = (query?: PageQuery): DenialPage => pageOf(shutOut.list(), query)
  defer(shutOut.onChange(() => bus.publish('denied', { count: shutOut.list().length })))
  peers.onChange((event, device) => bus.publish('peers', { event, device }))
  return serve(api.peers, {
    list: () => peers.list().map(shown),
    dial: async ({ body }, { signal }) => ({ device: await dial(body.address, signal) }),
    disconnect: ({ params }) => shutOut.disconnect(parsePeerId(params.device)),
    denied: ({ query }) => denied(query),
    async deny({ body }) {
      await shutOut.add(parsePeerId(body.device), body.ms)
      return denied()
    },
    admit({ body }) {
      shutOut.lift('device' in body ? body.device : body.host)
      return denied()
    }
  })
}

interface PageQuery {
  before?: string
  limit?: number
}

/** What comes later in the list is greater. */
const placeOf = ({ host, peer, since, why }: Denial): string =>
  `${String(Number.MAX_SAFE_INTEGER - since).padStart(16, '0')} ${why} ${peer ?? host}`

function pageOf(all: readonly Denial[], { before = '', limit = DENIALS }: PageQuery = {}): DenialPage {
  const left = all.map(denial => ({ denial, place: placeOf(denial) })).filter(({ place }) => place > before)
  const page = left.sort((a, b) => (a.place < b.place ? -1 : 1)).slice(0, limit)
  const last = left.length > limit ? page.at(-1)?.place : undefined
  return { denials: page.map(({ denial }) => shownDenial(denial)), ...(last !== undefined && { before: last }) }
}

function shownDenial({ peer, host, reason, ...always }: Denial): ApiDenial {
  return {
    ...always,
    ...(peer !== undefined && { device: peer }),
    ...(host !== undefined && { host }),
    ...(reason !== undefined && { reason })
  }
}

function shown({ device, account, name, rttMs, connections }: Peer): ApiPeer {
  return {
    device,
    ...(account !== undefined && { account }),
    ...(name !== undefined && { name }),
    ...(rttMs !== undefined && { rttMs }),
    connections: connections.map(shownConnection)
  }
}

function shownConnection({
  peer: _peer,
  isSilent: _isSilent,
  rttMs,
  relay,
  notBetter,
  bulk,
  ...always
}: Peer['connections'][number]): Connection {
  return {
    ...always,
    ...(rttMs !== undefined && { rttMs }),
    ...(relay !== undefined && { relay }),
    ...(bulk !== undefined && { bulk }),
    ...(notBetter && {
      notBetter: { reason: notBetter.reason, ...(notBetter.code !== undefined && { code: notBetter.code }) }
    })
  }
}
