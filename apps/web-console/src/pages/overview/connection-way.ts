import type { Connection } from '@borgo/api'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { peersQuery } from './peer-queries.ts'

/** Characters of a device id that tell it apart. */
const DEVICE_TAIL = 6

/** How connections are made, and why not better, in words. */
export function useWays(): {
  wayOf: (connection: Connection) => string
  /** Undefined where it is as good as can be. */
  whyNotBetter: (connection: Connection) => string | undefined
} {
  const { t } = useTranslation('overview')
  const { data: peers = [] } = useQuery(peersQuery)
  const nameOf = (device: string): string =>
    peers.find(each => each.device === device)?.name ?? `…${device.slice(-DEVICE_TAIL)}`
  return {
    wayOf: ({ direction, path, relay }) => {
      const way = relay === undefined ? t(`peers.path.${path}`) : t('peers.path.relayedBy', { name: nameOf(relay) })
      return `${t(`peers.${direction}`)}, ${way}`
    },
    whyNotBetter({ notBetter }) {
      if (!notBetter) return undefined
      const reason = t(`peers.notBetter.${notBetter.reason}`)
      return notBetter.code === undefined ? reason : `${reason} (${notBetter.code})`
    }
  }
}
