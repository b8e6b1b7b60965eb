import { describe, expect, it } from 'vitest'
import { coreError } from '../errors.ts'
import type { Plugin, PluginContext } from '../plugin.ts'
import { silentLogger } from '../logger.ts'
import { manualClock } from '../testing/manual-clock.ts'
import { memoryDisk, memoryStores } from '../testing/memory-stores.ts'
import { START_MS, createHost } from './host.ts'
import type { HostServices } from './host.ts'
import { UNDO_MS } from './scope.ts'

/** A host whose services only keep account of what is registered. */
function setUp(stores = memoryStores()) {
  const clock = manualClock()
  const live: string[] = []
  const errors: string[] = []
  const register = (name: string): (() => void) => {
    if (live.includes(name)) throw coreError('PROTOCOL_TAKEN', `${name} is taken`)
    live.push(name)
    return () => void live.splice(live.indexOf(name), 1)
  }
  const services = {
    clock,
    logger: { ...silentLogger, child: () => ({ ...silentLogger, error: (text: string) => errors.push(text) }) },
    stores,
    storage: { of: () => ({ count: () => register('storage'), claim: () => undefined }) },
    streams: { handle: ({ id }: { id: string }) => register(id), open: () => Promise.reject(new Error('no peers')) },
    peers: { list: () => [], get: () => undefined, reachable: () => [], onChange: () => register('peers') },
    names: {},
    people: {},
    groups: {
      define: ({ name }: { name: string }) => register(name),
      listen: ({ name }: { name: string }) => register(name),
      onChange: () => register('groups')
    }
  } as unknown as HostServices
  return { clock, live, errors, host: createHost(services) }
}

const protocol = (id: string) =>
  ({ id: `/borgo/${id}/1`, access: 'anyone', maxMessageBytes: 1, maxStreamsPerPeer: 1, idleMs: 1 }) as const
const serve = (context: PluginContext, id: string): void => context.handle(protocol(id), async () => undefined)
const plugin = <Api>(name: string, start: Plugin<Api>['start']): Plugin<Api> => ({ name, start })

describe('plugin host', () => {
  it('[P-1] gives a name to one plugin at a time, also while the first is still starting', async () => {
    const { host } = setUp()
    const { promise, resolve } = Promise.withResolvers<string>()
    const first = host.use(plugin('chat', () => promise))
    await expect(host.use(plugin('chat', () => 'second'))).rejects.toMatchObject({ code: 'PLUGIN_TAKEN' })
    resolve('first')
    expect(await first).toBe('first')
    await expect(host.use(plugin('chat', () => 'third'))).rejects.toMatchObject({ code: 'PLUGIN_TAKEN' })
  })

  it('[P-2] undoes a failed start, frees its name, and leaves the others up', async () => {
    const { host, live } = setUp()
    await host.use(plugin('good', context => serve(context, 'good/a')))
    const failing = plugin('bad', context => {
      serve(context, 'bad/a')
      serve(context, 'bad/b')
      throw new Error('no luck')
    })
    await expect(host.use(failing)).rejects.toThrow('no luck')
    expect(live).toEqual(['/borgo/good/a/1'])
    await host.use(plugin('bad', context => serve(context, 'bad/a')))
    expect(live).toEqual(['/borgo/good/a/1', '/borgo/bad/a/1'])
  })

  it('[P-2] undoes a plugin that wanted a protocol which another one serves', async () => {
    const { host, live } = setUp()
    const twice = plugin('twice', context => {
      serve(context, 'twice/a')
      serve(context, 'twice/a')
    })
    await expect(host.use(twice)).rejects.toMatchObject({ code: 'PROTOCOL_TAKEN' })
    expect(live).toEqual([])
  })

  it('[P-3] gives up a start that never returns, and stops what it does later', async () => {
    const { host, live, clock } = setUp()
    const { promise, resolve } = Promise.withResolvers<undefined>()
    let late: unknown
    const starting = host.use(
      plugin('slow', async context => {
        serve(context, 'slow/a')
        await promise
        try {
          serve(context, 'slow/b')
        } catch (error) {
          late = error
        }
        return context.signal.aborted
      })
    )
    const outcome = expect(starting).rejects.toMatchObject({ code: 'START_TIMEOUT' })
    await clock.advance(START_MS)
    await outcome
    expect(live).toEqual([])
    resolve(undefined)
    await clock.advance(0)
    expect(late).toMatchObject({ code: 'STOPPED' })
    expect(live).toEqual([])
  })

  it('[P-4] ends a start that is under way when the node stops', async () => {
    const { host, live } = setUp()
    const starting = host.use(
      plugin('slow', context => {
        serve(context, 'slow/a')
        return new Promise(() => undefined)
      })
    )
    const outcome = expect(starting).rejects.toMatchObject({ code: 'STOPPED' })
    await host.stop()
    await outcome
    expect(live).toEqual([])
    await expect(host.use(plugin('late', () => 1))).rejects.toMatchObject({ code: 'STOPPED' })
  })

  it('[P-5] undoes plugins newest first and their registrations newest first, after their signal aborted', async () => {
    const { host } = setUp()
    const order: string[] = []
    for (const name of ['one', 'two'])
      await host.use(
        plugin(name, context => {
          context.defer(() => void order.push(`${name} a ${context.signal.aborted}`))
          context.defer(async () => void order.push(`${name} b`))
        })
      )
    await Promise.all([host.stop(), host.stop()])
    expect(order).toEqual(['two b', 'two a true', 'one b', 'one a true'])
  })

  it('[P-6] goes on when an undo throws or hangs, and logs it', async () => {
    const { host, live, errors, clock } = setUp()
    await host.use(
      plugin('odd', context => {
        serve(context, 'odd/a')
        context.defer(() => new Promise(() => undefined))
        context.defer(() => {
          throw new Error('broken')
        })
      })
    )
    const stopping = host.stop()
    await clock.advance(UNDO_MS)
    await stopping
    expect(live).toEqual([])
    expect(errors).toHaveLength(2)
  })

  it('[P-8] undoes one plugin when it is dropped, frees its name, and leaves the others up', async () => {
    const { host, live } = setUp()
    const order: string[] = []
    await host.use(plugin('good', context => serve(context, 'good/a')))
    const chat = plugin('chat', context => {
      serve(context, 'chat/a')
      context.defer(() => void order.push('database'))
      context.defer(() => void order.push(`work ${context.signal.aborted}`))
    })
    await host.use(chat)
    await Promise.all([host.drop('chat'), host.drop('chat')])
    expect(live).toEqual(['/borgo/good/a/1'])
    expect(order).toEqual(['work true', 'database'])
    await expect(host.drop('chat')).rejects.toMatchObject({ code: 'PLUGIN_UNKNOWN' })
    await host.use(chat)
    expect(live).toEqual(['/borgo/good/a/1', '/borgo/chat/a/1'])
    await host.stop()
    expect(order).toEqual(['work true', 'database', 'work true', 'database'])
  })

  it('[P-8] keeps a name until the plugin that had it is undone', async () => {
    const { host } = setUp()
    const { promise, resolve } = Promise.withResolvers<undefined>()
    await host.use(plugin('chat', context => context.defer(() => promise)))
    const dropping = host.drop('chat')
    await expect(host.use(plugin('chat', () => 1))).rejects.toMatchObject({ code: 'PLUGIN_TAKEN' })
    resolve(undefined)
    await dropping
    expect(await host.use(plugin('chat', () => 1))).toBe(1)
  })

  it('[P-8] opens the database of a plugin again with what is in it', async () => {
    const disk = memoryDisk()
    const { host } = setUp(disk.stores())
    const counting = plugin('counter', ({ store }) => {
      const database = store.database(['CREATE TABLE times (at INTEGER)'])
      database.exec('INSERT INTO times VALUES (1)')
      return () => database.prepare('SELECT count(*) AS count FROM times').get()?.count
    })
    expect((await host.use(counting))()).toBe(1)
    await host.drop('counter')
    expect((await host.use(counting))()).toBe(2)
    await host.stop()
    disk.remove()
  })

  it('[P-9] starts no plugin without those that it needs, and stops none that another one needs', async () => {
    const { host } = setUp()
    const map = { ...plugin('map', () => 1), needs: ['chat'] }
    await expect(host.use(map)).rejects.toMatchObject({ code: 'PLUGIN_UNKNOWN' })
    await host.use(plugin('chat', () => 1))
    await host.use(map)
    await expect(host.drop('chat')).rejects.toMatchObject({ code: 'PLUGIN_NEEDED' })
    await host.drop('map')
    await host.drop('chat')
  })

  it('[P-10] undoes a plugin whose background work fails, says so, and leaves the others up', async () => {
    const { host, live, errors } = setUp()
    const { promise, reject } = Promise.withResolvers<undefined>()
    const failed = Promise.withResolvers<unknown>()
    await host.use(plugin('good', context => serve(context, 'good/a')))
    const bad = plugin('bad', context => {
      serve(context, 'bad/a')
      context.background(promise)
    })
    await host.use(bad, { onFailed: failed.resolve })
    reject(new Error('no camera'))
    expect(await failed.promise).toMatchObject({ message: 'no camera' })
    expect(live).toEqual(['/borgo/good/a/1'])
    expect(errors).toHaveLength(1)
    await expect(host.use(bad)).rejects.toThrow('no camera')
    expect(live).toEqual(['/borgo/good/a/1'])
  })

  it('[P-7] lets a plugin use only names of its own', async () => {
    const { host } = setUp()
    const thief = plugin('thief', context => serve(context, 'chat/a'))
    await expect(host.use(thief)).rejects.toThrow(TypeError)
    const kind = { name: 'chat/message', role: 'writer', maxBytes: 1, parse: () => 1 } as const
    await expect(host.use(plugin('thief', context => context.groups.define(kind)))).rejects.toThrow(TypeError)
    await expect(host.use(plugin('Thief!', () => 1))).rejects.toThrow(TypeError)
  })
})
