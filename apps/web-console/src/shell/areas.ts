import {
  IconAddressBook,
  IconAdjustments,
  IconCpu,
  IconFiles,
  IconHome,
  IconMessages,
  IconNotebook,
  IconSettings,
  IconTag,
  IconUsersGroup,
  type Icon
} from '@tabler/icons-react'
import type { RouteObject } from 'react-router'
import { useUnread } from '../pages/chat/chat-queries.ts'
import { usePeopleCount } from '../pages/people/people-count.ts'
import type { text } from './text/en.ts'

/** A part of the console: an entry of the navigation and the pages under it. */
export interface Area {
  /** Also the key of its label: `nav.<name>` in `shell/text`. */
  name: keyof (typeof text)['nav']
  /** Of its first page. */
  path: `/${string}`
  icon: Icon
  /** A hook: how many things wait there for the person; shown beside its label. */
  useCount?: () => number
  /** Paths without the leading slash. Pages are loaded when first opened. */
  routes: RouteObject[]
}

/** In the order of the navigation. */
export const areas: readonly Area[] = [
  {
    name: 'overview',
    path: '/',
    icon: IconHome,
    routes: [
      {
        index: true,
        lazy: async () => ({ Component: (await import('../pages/overview/overview-page.tsx')).OverviewPage })
      }
    ]
  },
  {
    name: 'groups',
    path: '/groups',
    icon: IconUsersGroup,
    routes: [
      {
        path: 'groups',
        lazy: async () => ({ Component: (await import('../pages/groups/groups-page.tsx')).GroupsPage })
      },
      {
        path: 'groups/:group',
        lazy: async () => ({ Component: (await import('../pages/groups/group-page.tsx')).GroupPage })
      }
    ]
  },
  {
    name: 'people',
    path: '/people',
    icon: IconAddressBook,
    useCount: usePeopleCount,
    routes: [
      {
        path: 'people',
        lazy: async () => ({ Component: (await import('../pages/people/contacts-page.tsx')).ContactsPage })
      },
      {
        path: 'people/near',
        lazy: async () => ({ Component: (await import('../pages/people/near-page.tsx')).NearPage })
      },
      {
        path: 'people/activities',
        lazy: async () => ({ Component: (await import('../pages/activities/activities-page.tsx')).ActivitiesPage })
      },
      {
        path: 'people/shown',
        lazy: async () => ({ Component: (await import('../pages/shown/shown-page.tsx')).ShownPage })
      },
      {
        path: 'people/devices',
        lazy: async () => ({ Component: (await import('../pages/people/devices-page.tsx')).DevicesPage })
      },
      {
        path: 'people/recovery',
        lazy: async () => ({ Component: (await import('../pages/people/recovery-page.tsx')).RecoveryPage })
      },
      {
        path: 'people/contacts/:account',
        lazy: async () => ({ Component: (await import('../pages/people/person-page.tsx')).PersonPage })
      }
    ]
  },
  {
    name: 'names',
    path: '/names',
    icon: IconTag,
    routes: [
      {
        path: 'names',
        lazy: async () => ({ Component: (await import('../pages/names/names-page.tsx')).NamesPage })
      }
    ]
  },
  {
    name: 'chat',
    path: '/chat',
    icon: IconMessages,
    useCount: useUnread,
    routes: ['chat', 'chat/:group'].map(path => ({
      path,
      lazy: async () => ({ Component: (await import('../pages/chat/chat-page.tsx')).ChatPage })
    }))
  },
  {
    name: 'workspace',
    path: '/workspace',
    icon: IconNotebook,
    routes: [
      {
        path: 'workspace',
        lazy: async () => ({ Component: (await import('../pages/workspace/workspaces-page.tsx')).WorkspacesPage })
      },
      {
        path: 'workspace/:workspace',
        lazy: async () => ({ Component: (await import('../pages/workspace/workspace-page.tsx')).WorkspacePage })
      },
      {
        path: 'workspace/:workspace/threads/:thread',
        lazy: async () => ({ Component: (await import('../pages/workspace/thread-page.tsx')).ThreadPage })
      },
      {
        path: 'workspace/:workspace/documents/:document',
        lazy: async () => ({ Component: (await import('../pages/workspace/document-page.tsx')).DocumentPage })
      }
    ]
  },
  {
    name: 'content',
    path: '/content',
    icon: IconFiles,
    routes: [
      {
        path: 'content',
        lazy: async () => ({ Component: (await import('../pages/content/content-page.tsx')).ContentPage })
      },
      {
        path: 'content/:group/:cid',
        lazy: async () => ({
          Component: (await import('../pages/content/content-details-page.tsx')).ContentDetailsPage
        })
      }
    ]
  },
  {
    name: 'compute',
    path: '/compute',
    icon: IconCpu,
    routes: [
      {
        path: 'compute',
        lazy: async () => ({ Component: (await import('../pages/compute/compute-page.tsx')).ComputePage })
      },
      {
        path: 'compute/:job',
        lazy: async () => ({ Component: (await import('../pages/compute/job-page.tsx')).JobPage })
      }
    ]
  },
  {
    name: 'admin',
    path: '/admin',
    icon: IconAdjustments,
    routes: [
      {
        path: 'admin',
        lazy: async () => ({ Component: (await import('../pages/admin/limits-page.tsx')).LimitsPage })
      },
      {
        path: 'admin/storage',
        lazy: async () => ({ Component: (await import('../pages/admin/storage-page.tsx')).StoragePage })
      },
      {
        path: 'admin/parts',
        lazy: async () => ({ Component: (await import('../pages/admin/plugins-page.tsx')).PluginsPage })
      }
    ]
  },
  {
    name: 'settings',
    path: '/settings',
    icon: IconSettings,
    routes: [
      {
        path: 'settings',
        lazy: async () => ({ Component: (await import('../pages/settings/settings-page.tsx')).SettingsPage })
      }
    ]
  }
]
