import { Alert, Button, Grid, Skeleton, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconAlertTriangle, IconPlugConnected } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { House } from '../../components/house.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { useNow } from '../../components/relative-time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { statusQuery } from '../../shell/node-queries.ts'
import { DeniedSection } from './denied-section.tsx'
import { DialDialog } from './dial-dialog.tsx'
import { Figures } from './figures.tsx'
import { NetworkPicture } from './network-picture.tsx'
import { NodeDetails } from './node-details.tsx'
import { useLivePeers } from './peer-queries.ts'
import { PeersTable } from './peers-table.tsx'
import { TrafficPanel } from './traffic-panel.tsx'

export function OverviewPage() {
  const { t } = useTranslation('overview')
  const format = useFormat()
  const now = useNow()
  const status = useQuery(statusQuery)
  const [isDialling, dialling] = useDisclosure(false)
  useLivePeers()

  if (status.isPending) return <Skeleton height={320} radius="lg" />
  if (status.isError) return <ErrorNotice error={status.error} onRetry={() => void status.refetch()} />
  const node = status.data
  const uptime = t('up', { time: format.duration(now - node.startedAt) })
  return (
    <>
      <PageHeader
        title={node.identity.name}
        leading={<House id={node.identity.account} size={64} />}
        intro={`${uptime} · ${t('version', { version: node.version })}`}
        actions={
          <Button variant="default" leftSection={<IconPlugConnected size={18} />} onClick={dialling.open}>
            {t('dial.open')}
          </Button>
        }
      />
      <Stack gap="lg">
        {node.health.problems.length > 0 && (
          <Alert color="lamp" icon={<IconAlertTriangle aria-hidden />} title={t('degraded')}>
            {node.health.problems.map(problem => (
              <div key={problem}>{problem}</div>
            ))}
          </Alert>
        )}
        <Figures node={node} />
        <Grid gap="lg">
          <Grid.Col span={{ base: 12, md: 7 }}>
            <TrafficPanel />
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 5 }}>
            <NetworkPicture self={node.identity} />
          </Grid.Col>
        </Grid>
        <PeersTable />
        <DeniedSection />
        <NodeDetails node={node} />
      </Stack>
      <DialDialog isOpen={isDialling} onClose={dialling.close} />
    </>
  )
}
