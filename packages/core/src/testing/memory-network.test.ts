import { describe, expect, it, vi } from 'vitest'
import type { PeerId } from '../ids.ts'
import type { Duplex } from '../transport/network.ts'
import { manualClock } from './manual-clock.ts'
import { memoryNetwork } from './memory-network.ts'
import { networkSuite } from './network-suite.ts'

const id = (name: string): PeerId => name as PeerId

networkSuite('memory', clock => {
  const network = memoryNetwork({ clock })
  let count = 0
  return () => network.node(id(`peer-${count++}`))
})

describe('memory network', () => {
  const two = async (options: Parameters<typeof memoryNetwork>[0] = {}) => {
    const network = memoryNetwork(options)
    const [a, b] = [network.node(id('a')), network.node(id('b'))]
    await Promise.all([a.start(), b.start()])
    return { network, a, b }
  }

  it('[T-25] parts two peers until they are healed', async () => {
    const { network, a, b } = await two()
    await a.dial(b.addresses())
    const events = vi.fn()
    b.onPeer(events)
    network.partition(b.peer, a.peer)
    expect(events).toHaveBeenCalledExactlyOnceWith('disconnect', 'a')
    await expect(a.dial(b.addresses())).rejects.toMatchObject({ code: 'UNREACHABLE' })
    network.heal(a.peer, b.peer)
    expect(await b.dial(a.addresses())).toBe('a')
  })

  it('[T-25] takes its latency from the clock, and delivers on microtasks without', async () => {
    const clock = manualClock()
    const { a, b } = await two({ clock, latencyMs: 20 })
    const dialled = vi.fn()
    const dialling = a.dial(b.addresses()).then(dialled)
    await clock.advance(39)
    expect(dialled).not.toHaveBeenCalled()
    await clock.advance(1)
    await dialling
    expect(a.connections()[0]?.rttMs).toBe(40)
  })

  it('[T-25] loses the same for the same seed', async () => {
    const run = async (seed: number): Promise<string> => {
      const { a, b } = await two({ seed, loss: 0.5 })
      let outcome = ''
      while (!outcome.endsWith('ok'))
        outcome += await a.dial(b.addresses()).then(
          () => 'ok',
          () => 'lost '
        )
      const heard: number[] = []
      b.subscribe('t', message => {
        heard.push(message[0] ?? 0)
        return 'accept'
      })
      const drain = async (duplex: Duplex): Promise<void> => {
        for await (const _chunk of duplex.source);
      }
      b.handle('/p', duplex => {
        drain(duplex).catch(() => (outcome += ' broken'))
      })
      for (let i = 0; i < 50; i++) await a.publish('t', Uint8Array.of(i))
      for (let i = 0; i < 20; i++) {
        const duplex = await a.open(b.peer, '/p')
        outcome += await duplex.write(new Uint8Array(262_144)).then(
          () => ' sent',
          () => ' reset'
        )
        duplex.abort(new Error('done'))
      }
      return `${outcome} ${heard.join()}`
    }
    const first = await run(7)
    expect(first).toMatch(/reset/)
    expect(first.split(',').length).toBeLessThan(50)
    expect(await run(7)).toBe(first)
    expect(await run(8)).not.toBe(first)
  })

  it('[T-25] lets one node see another as on the same link, and a node come back after a stop', async () => {
    const { network, a, b } = await two()
    const seen = vi.fn()
    a.onDiscovered(seen)
    network.discover(a.peer, b.peer)
    expect(seen).toHaveBeenCalledWith('b', b.addresses())
    await b.stop()
    const again = network.node(b.peer)
    await again.start()
    expect(await a.dial(again.addresses())).toBe('b')
  })
})
