import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { useEvent } from '../../api/live.tsx'

/** This person's devices. */
export const devicesQuery = queryOptions({
  queryKey: ['devices', 'list'],
  queryFn: ({ signal }) => client.devices.list({ signal })
})

/** How far linking is, at this end. */
export const linkingQuery = queryOptions({
  queryKey: ['devices', 'linking'],
  queryFn: ({ signal }) => client.devices.linking({ signal })
})

/** Keeps both up to date; call it once in the page. */
export function useLiveDevices(): void {
  const queries = useQueryClient()
  useEvent('devices', ({ what }) => void queries.invalidateQueries({ queryKey: ['devices', what] }))
  // Whether a device is online is told with the connections.
  useEvent('peers', () => void queries.invalidateQueries({ queryKey: devicesQuery.queryKey }))
}

/** A change of devices or of linking; what the page shows is asked for again before `onDone`. */
export function useDeviceChange<T = void, R = unknown>(change: (input: T) => Promise<R>, onDone?: (result: R) => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: async result => {
      await queries.invalidateQueries({ queryKey: ['devices'] })
      onDone?.(result)
    },
    // What went wrong may be that it is not as the page has it.
    onError: () => queries.invalidateQueries({ queryKey: ['devices'] })
  })
}
