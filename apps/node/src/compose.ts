import { api } from '@borgo/api'
import type { BorgoNode } from '@borgo/core'
import { collab } from '@borgo/plugin-collab'
import { compute } from '@borgo/plugin-compute'
import { distribution } from '@borgo/plugin-distribution'
import { rtc } from '@borgo/plugin-rtc'
import type { Settings } from './config/settings.ts'
import type { Plugins } from './daemon/plugins.ts'
import type { EventBus } from './events/bus.ts'
import type { Served } from './http/area.ts'
import { chatRoutes } from './routes/chat.ts'
import { computeRoutes } from './routes/compute.ts'
import { contentRoutes } from './routes/content.ts'
import { searchRoutes } from './routes/search.ts'
import { workspacesRoutes } from './routes/workspaces.ts'

export interface Parts {
  node: BorgoNode
  plugins: Plugins
  bus: EventBus
  settings: Settings
}

/**
 * The only file that names every plugin: starts them in the order in which they need each other, and says what of the
 * API each of them serves. The daemon alone imports it, so that a client command never waits for it.
 */
export async function compose({ bus, node, plugins }: Parts): Promise<Served[]> {
  const messaging = await plugins.start(rtc())
  const distributing = await plugins.start(distribution())
  const collaboration = await plugins.start(collab())
  const computing = await plugins.start(compute())
  const { groups, self } = node
  return [
    plugins.area(api.chat, messaging, ({ chat }) => chatRoutes({ chat, groups, bus })),
    plugins.area(api.content, distributing, ({ content }) => contentRoutes({ content, groups, bus })),
    plugins.area(api.workspaces, collaboration, ({ workspaces }) => workspacesRoutes({ workspaces, groups, bus })),
    plugins.area(api.compute, computing, running => computeRoutes({ compute: running, groups, self, bus })),
    searchRoutes({
      groups,
      workspaces: collaboration?.workspaces,
      content: distributing?.content,
      hasMessages: messaging !== undefined
    })
  ]
}
