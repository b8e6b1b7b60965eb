import { access } from './access.ts'
import { activities } from './activities.ts'
import { apps } from './apps.ts'
import { budgets } from './budgets.ts'
import { chat } from './chat.ts'
import { compute } from './compute.ts'
import { config } from './config.ts'
import { contacts } from './contacts.ts'
import { content } from './content.ts'
import { devices } from './devices.ts'
import { groups } from './groups.ts'
import { logs } from './logs.ts'
import { names } from './names.ts'
import { near } from './near.ts'
import { objects } from './objects.ts'
import { peers } from './peers.ts'
import { plugins } from './plugins.ts'
import { presence } from './presence.ts'
import { recovery } from './recovery.ts'
import { search } from './search.ts'
import { status } from './status.ts'
import { storage } from './storage.ts'
import { workspaces } from './workspaces.ts'

/** The whole API. A slice adds its area here; node, client, CLI, OpenAPI and the auth tests follow from it. */
export const api = {
  access,
  activities,
  apps,
  budgets,
  chat,
  compute,
  config,
  contacts,
  content,
  devices,
  groups,
  logs,
  names,
  near,
  objects,
  peers,
  plugins,
  presence,
  recovery,
  search,
  status,
  storage,
  workspaces
}
