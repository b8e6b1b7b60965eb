import { api } from '@borgo/api'
import type { Plugins } from '../daemon/plugins.ts'
import type { EventBus } from '../events/bus.ts'
import { serve, type Served } from '../http/area.ts'

export function pluginRoutes(options: {
  plugins: Plugins
  bus: EventBus
  defer: (cleanup: () => void) => void
}): Served {
  const { bus, defer, plugins } = options
  defer(plugins.onChange(status => bus.publish('plugins', status)))
  return serve(api.plugins, {
    list: () => plugins.status(),
    stop: ({ params }) => plugins.stop(params.name),
    start: ({ params }) => plugins.start(params.name)
  })
}
