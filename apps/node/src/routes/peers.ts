import { api, type Connection, type Peer as ApiPeer } from '@borgo/api'
import type { Peer, PeerId, Peers } from '@borgo/core'
import type { EventBus } from '../events/bus.ts'
import { serve, type Served } from '../http/area.ts'

export function peersRoutes(options: {
  peers: Peers
  dial: (address: string, signal: AbortSignal) => Promise<PeerId>
  bus: EventBus
}): Served {
  const { peers, dial, bus } = options
  peers.onChange((event, device) => bus.publish('peers', { event, device }))
  return serve(api.peers, {
    list: () => peers.list().map(shown),
    dial: async ({ body }, { signal }) => ({ device: await dial(body.address, signal) })
  })
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
