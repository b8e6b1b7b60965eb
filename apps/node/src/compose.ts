import { api } from '@borgo/api'
import type { BorgoNode } from '@borgo/core'
import { collab } from '@borgo/plugin-collab'
import { compute } from '@borgo/plugin-compute'
import { distribution } from '@borgo/plugin-distribution'
import { rtc } from '@borgo/plugin-rtc'
import type { Plugins } from './daemon/plugins.ts'
import type { EventBus } from './events/bus.ts'
import type { Served } from './http/area.ts'
import type { Metric } from './http/metrics.ts'
import { chatRoutes } from './routes/chat.ts'
import { computeRoutes } from './routes/compute.ts'
import { contentRoutes } from './routes/content.ts'
import { searchRoutes } from './routes/search.ts'
import { workspacesRoutes } from './routes/workspaces.ts'

export interface Parts {
  node: BorgoNode
  plugins: Plugins
  bus: EventBus
}

/**
 * The only file that names every plugin: starts them in the order in which they need each other, and says what of the
 * API and of the metrics each of them serves. The daemon alone imports it, so that a client command never waits for it.
 */
export async function compose({ bus, node, plugins }: Parts): Promise<{ areas: Served[]; metrics: Metric[] }> {
  const { groups, self } = node
  const messaging = await plugins.add(rtc, api.chat, ({ chat }) => chatRoutes({ chat, groups, bus }))
  const distributing = await plugins.add(distribution, api.content, ({ content }) =>
    contentRoutes({ content, groups, bus })
  )
  const collaborating = await plugins.add(collab, api.workspaces, ({ workspaces }) =>
    workspacesRoutes({ workspaces, groups, bus })
  )
  const computing = await plugins.add(compute, api.compute, running =>
    computeRoutes({ compute: running, groups, self, bus })
  )
  const search = searchRoutes({
    groups,
    running: () => ({
      workspaces: collaborating.running()?.workspaces,
      content: distributing.running()?.content,
      hasMessages: messaging.running() !== undefined
    })
  })
  const underWay: Metric = {
    name: 'borgo_transfers',
    help: 'Transfers under way, and those that are paused',
    read: () => {
      const transfers = distributing.running()?.content.transfers.list() ?? []
      const count = (wanted: string): number => transfers.filter(({ state }) => state === wanted).length
      return { label: 'state', values: (['running', 'paused'] as const).map(state => [state, count(state)] as const) }
    }
  }
  return { areas: [messaging, distributing, collaborating, computing, search], metrics: [underWay] }
}
