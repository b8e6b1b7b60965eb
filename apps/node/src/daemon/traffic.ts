import type { Peers } from '@borgo/core'

export interface Traffic {
  bytesIn: number
  bytesOut: number
}

/**
 * Bytes moved since the node started, connections that are gone included as far as they were seen. Call it at every
 * change of peers.
 */
export function trafficCounter(peers: Pick<Peers, 'list'>): () => Traffic {
  const gone: Traffic = { bytesIn: 0, bytesOut: 0 }
  let seen = new Map<string, Traffic>()
  return () => {
    const now = new Map<string, Traffic>()
    for (const { connections } of peers.list())
      for (const { peer, address, since, bytesIn, bytesOut } of connections)
        now.set(`${peer} ${address} ${since}`, { bytesIn, bytesOut })
    for (const [key, last] of seen) {
      if (now.has(key)) continue
      gone.bytesIn += last.bytesIn
      gone.bytesOut += last.bytesOut
    }
    seen = now
    return [...now.values()].reduce(sum, gone)
  }
}

function sum(a: Traffic, b: Traffic): Traffic {
  return { bytesIn: a.bytesIn + b.bytesIn, bytesOut: a.bytesOut + b.bytesOut }
}
