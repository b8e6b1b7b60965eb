import type { Settings } from './config/settings.ts'
import type { Plugins } from './daemon/plugins.ts'
import type { EventBus } from './events/bus.ts'
import type { Served } from './http/area.ts'

export interface Parts {
  plugins: Plugins
  bus: EventBus
  settings: Settings
}

/**
 * The only file that names every plugin: starts them in the order in which they need each other, and says what of the
 * API each of them serves. Its code is loaded here too, so that a client command never waits for it.
 */
export async function compose(_parts: Parts): Promise<Served[]> {
  return []
}
