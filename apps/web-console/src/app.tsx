import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import { createBrowserRouter, createPath } from 'react-router'
import { RouterProvider } from 'react-router/dom'
import { LiveProvider } from './api/live.tsx'
import { createQueryClient } from './api/query-client.ts'
import { SessionGate } from './session/session-gate.tsx'
import { areas } from './shell/areas.ts'
import { BrokenPage } from './shell/broken-page.tsx'
import { followNewerVersions } from './shell/newer-version.ts'
import { PageLoading } from './shell/page-loading.tsx'
import { Shell } from './shell/shell.tsx'
import { cssVariables, theme } from './theme/theme.ts'

/** The same key as `public/color-scheme.js`. */
const colorScheme = localStorageColorSchemeManager({ key: 'borgo-color-scheme' })

const search = {
  path: 'search',
  lazy: async () => ({ Component: (await import('./pages/search/search-page.tsx')).SearchPage })
}
const notFound = {
  path: '*',
  lazy: async () => ({ Component: (await import('./shell/not-found.tsx')).NotFound })
}

const router = createBrowserRouter([
  {
    element: <Shell />,
    hydrateFallbackElement: <PageLoading />,
    children: [
      {
        errorElement: <BrokenPage />,
        children: [...areas.flatMap(area => area.routes), search, notFound]
      }
    ]
  }
])

followNewerVersions(() => createPath(router.state.navigation.location ?? router.state.location))

/** The console: who is signed in sees the pages, others how to sign in. `secret` is that of a one-time link. */
export function App({ secret }: { secret: string | undefined }) {
  const [queries] = useState(createQueryClient)
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorScheme}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={queries}>
        <Notifications position="bottom-right" />
        <Suspense fallback={<PageLoading />}>
          <SessionGate secret={secret}>
            <LiveProvider>
              <RouterProvider router={router} />
            </LiveProvider>
          </SessionGate>
        </Suspense>
      </QueryClientProvider>
    </MantineProvider>
  )
}
