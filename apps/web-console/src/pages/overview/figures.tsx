import type { NodeStatus } from '@borgo/api'
import { Card, SimpleGrid, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ByteSize } from '../../components/byte-size.tsx'
import { useFormat } from '../../i18n/format.ts'
import { trafficQuery } from '../../shell/traffic.ts'

/** The four numbers one looks for first. */
export function Figures({ node }: { node: NodeStatus }) {
  const { t } = useTranslation('overview')
  const format = useFormat()
  const { data: traffic } = useQuery(trafficQuery)
  const now = traffic?.samples.at(-1)
  return (
    <SimpleGrid component="dl" cols={{ base: 2, md: 4 }} m={0}>
      <Figure label={t('stat.peers')}>{format.number(node.peers)}</Figure>
      <Figure label={t('stat.groups')}>{format.number(node.groups)}</Figure>
      <Figure label={t('stat.in')}>
        <ByteSize bytes={now?.inPerSecond ?? 0} perSecond />
      </Figure>
      <Figure label={t('stat.out')}>
        <ByteSize bytes={now?.outPerSecond ?? 0} perSecond />
      </Figure>
    </SimpleGrid>
  )
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Card padding="md">
      <Text component="dt" fz="sm" c="dimmed">
        {label}
      </Text>
      <Text component="dd" m={0} fz={26} lh={1.25} ff="heading" fw={600} className="tabular">
        {children}
      </Text>
    </Card>
  )
}
