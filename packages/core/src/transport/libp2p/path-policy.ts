import type { PeerId } from '../../ids.ts'

export interface PathPolicy {
  /** Who may be reached through this node. @default 'off' */
  relay?: 'off' | 'members' | 'anyone'
  /**
   * Whether this node is reached through others: `auto` unless somebody came in from a public address within a day, or
   * it listens on loopback alone. @default 'never'
   */
  reserve?: 'auto' | 'always' | 'never'
  /** Whether relayed connections are to become direct ones. @default true */
  upgrade?: boolean
  /** Bytes that each peer may send and receive through this relay within an hour. @default 4 GiB */
  bytesPerPeerHour?: number
  /** Asks for bytes that are relayed from (`down`) and to (`up`) a peer; waits for their turn. @default none are limited */
  spend?(direction: 'up' | 'down', bytes: number, peer: PeerId, signal: AbortSignal): Promise<void> | undefined
  /** Whether this node shares a group with the peer. @default nobody */
  isMember?(peer: PeerId): boolean
}
