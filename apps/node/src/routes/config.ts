import { api, type Setting } from '@borgo/api'
import { serve, type Served } from '../http/area.ts'

export function configRoutes(settings: Setting[]): Served {
  return serve(api.config, { list: () => settings })
}
