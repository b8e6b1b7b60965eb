import { api } from '@borgo/api'
import { silentLogger, type BorgoNode, type Plugin, type UseOptions } from '@borgo/core'
import { expect, it } from 'vitest'
import { createPlugins } from './plugins.ts'

/** Starts and stops plugins, and lets them fail. */
function setUp(runs: string[]) {
  const running = new Map<string, UseOptions>()
  const node = {
    async use<Api>(plugin: Plugin<Api>, options: UseOptions = {}): Promise<Api> {
      const started = await plugin.start(undefined as never)
      running.set(plugin.name, options)
      return started
    },
    async drop(name: string) {
      running.delete(name)
    }
  } satisfies Pick<BorgoNode, 'use' | 'drop'>
  return { running, plugins: createPlugins(node, { log: silentLogger, runs }) }
}

const good = (name: string) => (): Plugin<true> => ({ name, start: () => true })
const bad = (): Plugin<true> => ({
  name: 'bad',
  start() {
    throw new Error('no camera')
  }
})
const routes = () => ({ list: () => [] })
const list = (served: { handlers: Readonly<Record<string, unknown>> }): unknown =>
  (served.handlers.list as () => unknown)()
const stopped: unknown = expect.objectContaining({ code: 'PLUGIN_STOPPED' })

it('[N-7] leaves the others up when one fails, and refuses on its routes', async () => {
  const { plugins } = setUp(['bad', 'good'])
  const failed = await plugins.add(bad, api.config, routes)
  expect(list(await plugins.add(good('good'), api.config, routes))).toEqual([])
  expect(plugins.status()).toEqual([
    { name: 'bad', state: 'failed', error: 'Error: no camera' },
    { name: 'good', state: 'running' }
  ])
  expect(() => list(failed)).toThrow(stopped)
})

it('[N-240] starts those that the settings name, and stops and starts each of them', async () => {
  const { plugins, running } = setUp(['one'])
  const one = await plugins.add(good('one'), api.config, routes)
  const two = await plugins.add(good('two'), api.config, routes)
  const told: string[] = []
  plugins.onChange(({ name, state }) => told.push(`${name} ${state}`))
  expect(() => list(two)).toThrow(stopped)
  expect(await plugins.start('two')).toEqual({ name: 'two', state: 'running' })
  expect(list(two)).toEqual([])
  expect(await Promise.all([plugins.stop('one'), plugins.start('one'), plugins.stop('one')])).toHaveLength(3)
  expect(() => list(one)).toThrow(stopped)
  expect([...running.keys()]).toEqual(['two'])
  expect(told).toEqual(['two running', 'one stopped', 'one running', 'one stopped'])
  await expect(plugins.stop('three')).rejects.toMatchObject({ code: 'PLUGIN_UNKNOWN' })
})

it('[N-241] says when one fails that ran, and starts it again', async () => {
  const { plugins, running } = setUp(['one'])
  const one = await plugins.add(good('one'), api.config, routes)
  running.get('one')?.onFailed?.(new Error('no camera'))
  expect(plugins.status()).toEqual([{ name: 'one', state: 'failed', error: 'Error: no camera' }])
  expect(() => list(one)).toThrow(stopped)
  await plugins.start('one')
  expect(list(one)).toEqual([])
})
