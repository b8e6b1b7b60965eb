import { access } from './access.ts'
import { budgets } from './budgets.ts'
import { chat } from './chat.ts'
import { compute } from './compute.ts'
import { config } from './config.ts'
import { content } from './content.ts'
import { devices } from './devices.ts'
import { groups } from './groups.ts'
import { logs } from './logs.ts'
import { names } from './names.ts'
import { peers } from './peers.ts'
import { activities, contacts, near, objects, presence } from './people.ts'
import { plugins } from './plugins.ts'
import { recovery } from './recovery.ts'
import { search } from './search.ts'
import { status } from './status.ts'
import { storage } from './storage.ts'
import { workspaces } from './workspaces.ts'

/** The whole API. A slice adds its area here; node, client, CLI, OpenAPI and the auth tests follow from it. */
export const api = {
  access,
  activities,
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
