import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { statusQuery } from '../../shell/node-queries.ts'

/** The name of the person whose device this node became while the page was shown; undefined while it is as before. */
export function useAdopted(): string | undefined {
  const { data } = useQuery(statusQuery)
  const [before, setBefore] = useState<string>()
  if (data && before === undefined) setBefore(data.identity.account)
  return data && before !== undefined && data.identity.account !== before ? data.identity.name : undefined
}
