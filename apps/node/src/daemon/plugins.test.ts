import { api } from '@borgo/api'
import { silentLogger, type Plugin } from '@borgo/core'
import { expect, it } from 'vitest'
import { createPlugins } from './plugins.ts'

const good: Plugin<{ ok: true }> = { name: 'good', start: () => ({ ok: true }) }
const bad: Plugin<{ ok: true }> = {
  name: 'bad',
  start() {
    throw new Error('no camera')
  }
}

it('[N-7] leaves the others up when one fails, and refuses on its routes', async () => {
  const plugins = createPlugins(async plugin => plugin.start(undefined as never), silentLogger)
  const failed = await plugins.start(bad)
  expect(await plugins.start(good)).toEqual({ ok: true })
  expect(plugins.status()).toEqual([
    { name: 'bad', state: 'failed', error: 'Error: no camera' },
    { name: 'good', state: 'running' }
  ])
  const { handlers } = plugins.area(api.config, failed, () => ({ list: () => [] }))
  expect(handlers.list).toThrow(expect.objectContaining({ code: 'BUSY' }))
})
