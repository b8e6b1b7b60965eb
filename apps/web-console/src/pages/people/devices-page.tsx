import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { AdoptedNotice } from './adopted-notice.tsx'
import { AwaitedGroups } from './awaited-groups.tsx'
import { devicesQuery, linkingQuery, useLiveDevices } from './device-queries.ts'
import { DeviceList } from './device-list.tsx'
import { JoinAccount } from './join-account.tsx'
import { LinkDevice } from './link-device.tsx'
import { PeoplePage } from './people-page.tsx'
import { useAdopted } from './use-adopted.ts'
import { useIsFresh } from './use-is-fresh.ts'

/** The computers and phones of this person, and how another becomes one of them. */
export function DevicesPage() {
  const { t } = useTranslation('people')
  const devices = useQuery(devicesQuery)
  const linking = useQuery(linkingQuery)
  const isFresh = useIsFresh()
  const adopted = useAdopted()
  useLiveDevices()
  const failed = [devices, linking].find(({ isError }) => isError)
  // One linking at a time.
  const isFree = linking.data !== undefined && !['offered', 'comparing'].includes(linking.data.phase)
  return (
    <PeoplePage title={t('parts.devices')} intro={t('devices.intro')}>
      {adopted !== undefined && <AdoptedNotice name={adopted} />}
      {failed && <ErrorNotice error={failed.error} onRetry={() => void failed.refetch()} />}
      {(devices.isPending || linking.isPending) && <Skeleton height={140} radius="lg" />}
      {devices.data && <DeviceList devices={devices.data} />}
      <AwaitedGroups />
      {linking.data && <LinkDevice linking={linking.data} />}
      {isFresh && adopted === undefined && isFree && <JoinAccount />}
    </PeoplePage>
  )
}
