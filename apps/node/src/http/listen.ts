import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo, ListenOptions } from 'node:net'
import { dirname } from 'node:path'
import { hasCode } from '@borgo/core'
import { nodeError } from '../errors.ts'
import type { HttpServer } from './server.ts'

/** How many ports after the default are tried when it is taken. */
const NEXT_PORTS = 20

/**
 * Listens on 127.0.0.1, and on ::1 where the machine has it. With `exact` only on the port given, otherwise on the first
 * free one from there; 0 is any. Returns the port. Throws PORT_IN_USE.
 */
export async function listenOnLoopback(http: HttpServer, options: { port: number; exact: boolean }): Promise<number> {
  const { port, exact } = options
  const last = exact || port === 0 ? port : Math.min(port + NEXT_PORTS, 65_535)
  for (let candidate = port; candidate <= last; candidate += 1) {
    const server = http.forPort()
    try {
      await listening(server, { host: '127.0.0.1', port: candidate })
    } catch (error) {
      if (hasCode(error, 'EADDRINUSE')) continue
      throw nodeError(
        'PORT_IN_USE',
        `port ${candidate} cannot be opened: ${String(error)}: choose another --api-port`,
        error
      )
    }
    const chosen = (server.address() as AddressInfo).port
    await listenOnIpv6(http.forPort(), chosen)
    return chosen
  }
  const range = last === port ? `port ${port} is` : `ports ${port} to ${last} are`
  throw nodeError('PORT_IN_USE', `${range} in use: choose another with --api-port`)
}

/** IPv6 is a courtesy to browsers that read `localhost` as ::1: without it the node is as good. */
async function listenOnIpv6(server: Server, port: number): Promise<void> {
  try {
    await listening(server, { host: '::1', port, ipv6Only: true })
  } catch (error) {
    if (!hasCode(error, 'EADDRINUSE', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL')) throw error
  }
}

/**
 * Listens on a Unix socket that only this user can open. What lies at `path` is removed: the lock on the data folder says
 * that no node uses it. Throws SOCKET_UNUSABLE.
 */
export async function listenOnSocket(http: HttpServer, path: string): Promise<void> {
  const pipe = process.platform === 'win32'
  try {
    if (!pipe) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      rmSync(path, { force: true })
    }
    await listening(http.forSocket(), { path })
    if (!pipe) chmodSync(path, 0o600)
  } catch (error) {
    throw nodeError('SOCKET_UNUSABLE', `${path} cannot be opened: ${String(error)}`, error)
  }
}

function listening(server: Server, where: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
