import { Box, Button, Center, Group, ScrollArea, Table, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Section } from '../../components/section.tsx'
import { useFormat } from '../../i18n/format.ts'
import { trafficQuery, type TrafficSample } from '../../shell/traffic.ts'

const HEIGHT_PX = 280

/** The chart's library comes after everything that can be read without it. */
const TrafficChart = lazy(async () => ({ default: (await import('./traffic-chart.tsx')).TrafficChart }))

/** What comes and goes, as a chart or as a table. */
export function TrafficPanel() {
  const { t } = useTranslation('overview')
  const format = useFormat()
  const [isTable, view] = useDisclosure(false)
  const { data } = useQuery(trafficQuery)
  const samples = data?.samples ?? []
  const now = samples.at(-1)
  return (
    <Section
      title={t('traffic.title')}
      actions={
        <Button size="compact-sm" variant="subtle" onClick={view.toggle}>
          {isTable ? t('traffic.asChart') : t('traffic.asTable')}
        </Button>
      }
    >
      {!now && (
        <Center h={HEIGHT_PX}>
          <Text c="dimmed">{t('traffic.waiting')}</Text>
        </Center>
      )}
      {now && isTable && <TrafficTable samples={samples} />}
      {now && !isTable && (
        <>
          <Group gap="lg" mb="xs">
            <Legend color="var(--borgo-in)" dash="0">
              {t('traffic.in')} {format.rate(now.inPerSecond)}
            </Legend>
            <Legend color="var(--borgo-out)" dash="5 3">
              {t('traffic.out')} {format.rate(now.outPerSecond)}
            </Legend>
          </Group>
          <Box
            role="img"
            aria-label={t('traffic.chart', { in: format.rate(now.inPerSecond), out: format.rate(now.outPerSecond) })}
          >
            <Suspense fallback={<Box h={HEIGHT_PX} />}>
              <TrafficChart samples={samples} height={HEIGHT_PX} />
            </Suspense>
          </Box>
        </>
      )}
    </Section>
  )
}

/** Colour and dashes: either alone tells the two lines apart. */
function Legend({ color, dash, children }: { color: string; dash: string; children: ReactNode }) {
  return (
    <Group gap={6} wrap="nowrap">
      <svg width="22" height="4" aria-hidden="true">
        <line x1="0" y1="2" x2="22" y2="2" stroke={color} strokeWidth="3" strokeDasharray={dash} />
      </svg>
      <Text span fz="sm" className="tabular">
        {children}
      </Text>
    </Group>
  )
}

function TrafficTable({ samples }: { samples: TrafficSample[] }) {
  const { t } = useTranslation('overview')
  const format = useFormat()
  return (
    <ScrollArea h={HEIGHT_PX + 24} viewportProps={{ tabIndex: 0, 'aria-label': t('traffic.title'), role: 'region' }}>
      <Table stickyHeader aria-label={t('traffic.title')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('traffic.time')}</Table.Th>
            <Table.Th>{t('traffic.in')}</Table.Th>
            <Table.Th>{t('traffic.out')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {samples.toReversed().map(sample => (
            <Table.Tr key={sample.at} className="tabular">
              <Table.Td>{format.clock(sample.at)}</Table.Td>
              <Table.Td>{format.rate(sample.inPerSecond)}</Table.Td>
              <Table.Td>{format.rate(sample.outPerSecond)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  )
}
