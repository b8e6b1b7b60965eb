import { Type, type Static } from 'typebox'
import { ShownTo } from './objects.ts'
import { area } from './route.ts'
import { AccountId, ByAccount, Label, Name } from './values.ts'

/** A program that a person has and can be invited to use. */
export const App = Type.Object({ id: Label, name: Name, capabilities: Type.Array(Label, { maxItems: 32 }) })
export type App = Static<typeof App>

export const AppEvent = Type.Object({ account: AccountId, id: Type.String() })
export type AppEvent = Static<typeof AppEvent>

const ById = Type.Object({ id: Label })

export const apps = area({
  name: 'apps',
  routes: {
    own: {
      method: 'GET',
      path: '/apps/own',
      summary: 'Which apps this person says to have',
      response: Type.Array(Type.Object({ ...App.properties, scope: ShownTo }))
    },
    of: {
      method: 'GET',
      path: '/apps/:account',
      summary: 'Which apps somebody has, as far as they show it',
      params: ByAccount,
      response: Type.Array(App)
    },
    register: {
      method: 'PUT',
      path: '/apps/own/:id',
      summary: 'Say that this person has an app, until the node stops',
      params: ById,
      body: Type.Object({ name: Name, capabilities: App.properties.capabilities, scope: ShownTo })
    },
    remove: { method: 'DELETE', path: '/apps/own/:id', summary: 'Say so no longer', params: ById }
  },
  events: { apps: AppEvent },
  problems: { OBJECT_UNKNOWN: 404 }
})
