import type { Denial, Peers, ShutOut } from '@borgo/core'
import { expect, it } from 'vitest'
import { createEventBus } from '../events/bus.ts'
import { peersRoutes } from './peers.ts'

it('[N-183] an event is as short when thousands are kept out', () => {
  const bus = createEventBus()
  const denied: Denial[] = []
  const listeners = new Set<() => void>()
  const shutOut = {
    list: () => denied,
    onChange(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  } as unknown as ShutOut
  const peers = { onChange: () => () => undefined } as unknown as Peers
  peersRoutes({ peers, shutOut, dial: () => Promise.reject(new Error('nobody')), bus, defer: () => undefined })
  const heard: string[] = []
  bus.subscribe(['denied'], ({ data }) => heard.push(data))
  for (let host = 0; host < 2_000; host++)
    denied.push({ peer: undefined, host: `10.0.${host}`, why: 'offences', reason: 'x'.repeat(200), since: 0, until: 1 })
  for (const listener of listeners) listener()
  expect(heard).toEqual(['{"count":2000}'])
})
