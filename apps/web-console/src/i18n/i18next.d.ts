import 'i18next'
import type { text as components } from '../components/text/en.ts'
import type { text as errors } from '../errors/text/en.ts'
import type { text as activities } from '../pages/activities/text/en.ts'
import type { text as admin } from '../pages/admin/text/en.ts'
import type { text as chat } from '../pages/chat/text/en.ts'
import type { text as compute } from '../pages/compute/text/en.ts'
import type { text as content } from '../pages/content/text/en.ts'
import type { text as groups } from '../pages/groups/text/en.ts'
import type { text as names } from '../pages/names/text/en.ts'
import type { text as overview } from '../pages/overview/text/en.ts'
import type { text as people } from '../pages/people/text/en.ts'
import type { text as search } from '../pages/search/text/en.ts'
import type { text as settings } from '../pages/settings/text/en.ts'
import type { text as workspace } from '../pages/workspace/text/en.ts'
import type { text as shown } from '../pages/shown/text/en.ts'
import type { text as session } from '../session/text/en.ts'
import type { text as shell } from '../shell/text/en.ts'

declare module 'i18next' {
  /** One line per namespace; a key that does not exist is then a type error. */
  interface CustomTypeOptions {
    defaultNS: 'shell'
    resources: {
      activities: typeof activities
      admin: typeof admin
      chat: typeof chat
      components: typeof components
      compute: typeof compute
      content: typeof content
      errors: typeof errors
      groups: typeof groups
      names: typeof names
      overview: typeof overview
      people: typeof people
      session: typeof session
      search: typeof search
      settings: typeof settings
      shell: typeof shell
      shown: typeof shown
      workspace: typeof workspace
    }
  }
}
