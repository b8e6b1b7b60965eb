import { randomBytes } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { Clock } from '../../clock.ts'
import type { PeerId } from '../../ids.ts'

/** How long a ticket can be used, ms. */
export const TICKET_MS = 10_000
/** Tickets that one peer may hold unused. */
const MAX_PER_PEER = 16

/** What lets one peer make one socket: both ends prove that they hold `key`, which `id` names. */
export interface Ticket {
  /** Hexadecimal. */
  id: string
  key: Uint8Array
}

export const TICKET_ID_BYTES = 16
export const TICKET_KEY_BYTES = 32

interface Issued {
  peer: PeerId
  key: Uint8Array
  until: number
  onSocket: (socket: TLSSocket) => void
}

/** Tickets that were given out and not used. */
export interface Tickets {
  /** `onSocket` gets what is made with it. Undefined when the peer holds too many. */
  issue(peer: PeerId, onSocket: (socket: TLSSocket) => void): Ticket | undefined
  /** Uses a ticket up. */
  take(id: string): Issued | undefined
  /** Whether any can still be used. */
  areOut(): boolean
}

export function tickets(clock: Clock): Tickets {
  const out = new Map<string, Issued>()
  const forget = (): void => {
    for (const [id, { until }] of out) if (until <= clock.now()) out.delete(id)
  }

  return {
    issue(peer, onSocket) {
      forget()
      if ([...out.values()].filter(ticket => ticket.peer === peer).length >= MAX_PER_PEER) return undefined
      const id = randomBytes(TICKET_ID_BYTES).toString('hex')
      const key = randomBytes(TICKET_KEY_BYTES)
      out.set(id, { peer, key, until: clock.now() + TICKET_MS, onSocket })
      return { id, key }
    },
    take(id) {
      forget()
      const ticket = out.get(id)
      out.delete(id)
      return ticket
    },
    areOut() {
      forget()
      return out.size > 0
    }
  }
}
