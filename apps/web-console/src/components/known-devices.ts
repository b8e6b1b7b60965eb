import { useQuery } from '@tanstack/react-query'
import { groupsQuery } from './group-queries.ts'

/** What the person of a device is called, as far as it is in one of the groups. */
export function useKnownDevices(): (device: string) => string | undefined {
  const { data: groups = [] } = useQuery(groupsQuery)
  return device => groups.flatMap(({ members }) => members).find(({ devices }) => devices.includes(device))?.name
}
