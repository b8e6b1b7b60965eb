import { isIPv4 } from 'node:net'
import type { Clock } from '../../clock.ts'
import type { Logger } from '../../logger.ts'
import { isPrivateHost } from '../private-host.ts'
import type { UpnpState } from '../reach.ts'
import { RouterRefusal, routerAt } from './router.ts'
import type { Router } from './router.ts'
import { searchRouters } from './search.ts'

/** How often it is looked what is to be mapped or renewed, ms. */
const LOOK_MS = 300_000
const LEASE_SECONDS = 3_600
/** The router is told to forget, but not waited for any longer when the node stops, ms. */
const STOP_MS = 2_000
/** External ports that are tried one after the other. */
const PORTS_TRIED = 5
/** UPnP WANIPConnection: the port is taken; the router knows no leases. */
const TAKEN = 718
const PERMANENT_ONLY = 725

/** An own address that could be reached from outside by way of a router. */
export interface Inside {
  host: string
  port: number
}

interface Mapping extends Inside {
  externalHost: string
  externalPort: number
  router: Router
  renewAt: number
}

/** Ports that the router passes on to this node. */
export interface PortMapping {
  state(): UpnpState
  /** Where an own address is reached from outside. */
  outside(inside: Inside): { host: string; port: number } | undefined
  /** Own addresses changed. */
  look(): void
  /** Has the router forget what it was asked for. */
  stop(): Promise<void>
}

export const NO_MAPPING: PortMapping = {
  state: () => ({ state: 'off' }),
  outside: () => undefined,
  look: () => undefined,
  stop: () => Promise.resolve()
}

/**
 * Asks routers on the links of `insides` for a way in to each, and again before it expires. No failure of a router does
 * any harm; the state says what it was.
 */
export function keepPortMapping(options: {
  insides(): Inside[]
  onChange(): void
  clock: Clock
  logger: Logger
}): PortMapping {
  const { insides, onChange, clock, logger } = options
  const mappings = new Map<string, Mapping>()
  const stopping = new AbortController()
  /** What the router was asked for is waited for a little longer, so that it can be taken back. */
  const late = new AbortController()
  let failure: string | undefined
  let looking: Promise<void> | undefined
  let isStale = false

  const wanted = (): Map<string, Inside> =>
    new Map(
      insides()
        .filter(({ host }) => isIPv4(host) && isPrivateHost(host) && !host.startsWith('127.'))
        .map(inside => [nameOf(inside), inside])
    )

  const map = async (inside: Inside, router: Router, externalPort: number): Promise<Mapping> => {
    const externalHost = await router.externalHost(stopping.signal)
    if (!isIPv4(externalHost) || isPrivateHost(externalHost))
      throw new Error(`the router has no public address itself (${externalHost.slice(0, 64)})`)
    for (let port = externalPort; ; port++) {
      try {
        await addTo(router, { ...inside, externalPort: port })
        return { ...inside, externalHost, externalPort: port, router, renewAt: clock.now() + LEASE_SECONDS * 500 }
      } catch (error) {
        const isTaken = error instanceof RouterRefusal && error.code === TAKEN
        if (!isTaken || port + 1 >= externalPort + PORTS_TRIED || port === 65_535) throw error
      }
    }
  }
  const addTo = async (router: Router, mapping: Inside & { externalPort: number }): Promise<void> => {
    try {
      await router.add({ ...mapping, leaseSeconds: LEASE_SECONDS }, late.signal)
    } catch (error) {
      if (!(error instanceof RouterRefusal && error.code === PERMANENT_ONLY)) throw error
      await router.add({ ...mapping, leaseSeconds: 0 }, late.signal)
    }
  }

  const lookOnce = async (): Promise<void> => {
    const present = wanted()
    for (const [name, mapping] of mappings)
      if (!present.has(name)) {
        mappings.delete(name)
        await forget(mapping)
      }
    for (const host of new Set([...present.values()].map(inside => inside.host))) {
      const due = [...present.values()].filter(
        inside => inside.host === host && (mappings.get(nameOf(inside))?.renewAt ?? 0) <= clock.now()
      )
      if (due.length === 0) continue
      const routers: Router[] = []
      for (const location of await searchRouters(host, stopping.signal)) {
        const router = await attempt(() => routerAt(location, stopping.signal))
        if (router) routers.push(router)
      }
      for (const inside of due) {
        const before = mappings.get(nameOf(inside))
        let mapping: Mapping | undefined
        for (const router of routers) {
          mapping = await attempt(() => map(inside, router, before?.externalPort ?? inside.port))
          if (mapping) break
        }
        if (mapping) {
          failure = undefined
          mappings.set(nameOf(inside), mapping)
        } else mappings.delete(nameOf(inside))
      }
    }
  }
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (error) {
      stopping.signal.throwIfAborted()
      // It may quote the router.
      failure = (error instanceof Error ? error.message : String(error)).replaceAll(/[^\x20-\x7e]/g, '?')
      logger.info('the router opened no way in', { reason: failure })
      return undefined
    }
  }
  const forget = async (mapping: Mapping): Promise<void> => {
    try {
      await mapping.router.delete(mapping.externalPort, late.signal)
    } catch (error) {
      // It forgets by itself when the lease is over.
      logger.info('the router was not told to close the way in', { reason: String(error) })
    }
  }

  const told = (): string => [...mappings.values()].map(textOf).sort().join()
  const look = (): void => {
    if (stopping.signal.aborted) return
    isStale = true
    looking ??= (async () => {
      while (isStale) {
        isStale = false
        const before = told()
        await attempt(lookOnce)
        if (told() !== before) onChange()
      }
    })()
      .catch((error: unknown) => logger.debug('the router is asked no more', { error: String(error) }))
      .finally(() => (looking = undefined))
  }
  const cancel = clock.every(LOOK_MS, look)
  look()

  return {
    state() {
      if (mappings.size > 0) return { state: 'mapped', addresses: [...mappings.values()].map(textOf) }
      return failure === undefined ? { state: 'searching' } : { state: 'failed', reason: failure }
    },
    outside(inside) {
      const mapping = mappings.get(nameOf(inside))
      return mapping && { host: mapping.externalHost, port: mapping.externalPort }
    },
    look,
    async stop() {
      cancel()
      stopping.abort(new Error('the node stops'))
      const timer = setTimeout(() => late.abort(new Error('the router takes too long')), STOP_MS)
      await looking
      await Promise.all([...mappings.values()].map(forget))
      clearTimeout(timer)
      mappings.clear()
    }
  }
}

const nameOf = ({ host, port }: Inside): string => `${host} ${port}`
const textOf = ({ externalHost, externalPort }: Mapping): string => `${externalHost}:${externalPort}`
