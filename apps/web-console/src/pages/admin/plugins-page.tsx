import type { PluginStatus } from '@borgo/api'
import { Anchor, Badge, Button, Skeleton, Table, Text } from '@mantine/core'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { client } from '../../api/client.ts'
import { useEvent } from '../../api/live.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Section } from '../../components/section.tsx'
import { AdminPage } from './admin-page.tsx'

const COLORS = { running: 'olive', stopped: 'gray', failed: 'red' } as const

const pluginsQuery = queryOptions({
  queryKey: ['plugins'],
  queryFn: ({ signal }) => client.plugins.list({ signal })
})

/** The parts of the node, each of which is stopped and started on its own. */
export function PluginsPage() {
  const { t } = useTranslation('admin')
  const queries = useQueryClient()
  const plugins = useQuery(pluginsQuery)
  const [stopping, setStopping] = useState<string>()
  const take = (status: PluginStatus): void => {
    queries.setQueryData(pluginsQuery.queryKey, all => all?.map(each => (each.name === status.name ? status : each)))
  }
  useEvent('plugins', take)
  const start = useMutation({
    mutationFn: (name: string) => client.plugins.start({ params: { name } }),
    onSuccess: take
  })
  const stop = useMutation({
    mutationFn: (name: string) => client.plugins.stop({ params: { name } }),
    onSuccess(status) {
      take(status)
      setStopping(undefined)
    }
  })
  return (
    <AdminPage title={t('plugins.title')} intro={t('plugins.intro')}>
      <Section title={t('plugins.list')}>
        {plugins.isPending && <Skeleton height={120} />}
        {plugins.isError && <ErrorNotice error={plugins.error} onRetry={() => void plugins.refetch()} />}
        {start.isError && <ErrorNotice error={start.error} />}
        {plugins.data && (
          <Table verticalSpacing="sm" aria-label={t('plugins.list')}>
            <Table.Tbody>
              {plugins.data.map(plugin => (
                <Table.Tr key={plugin.name}>
                  <Table.Td>
                    <Text fw={600}>{plugin.name}</Text>
                    <Text fz="sm" c="dimmed">
                      {t(`plugins.does.${plugin.name}`, { defaultValue: '' })}
                    </Text>
                    {plugin.error !== undefined && (
                      <Text fz="sm" c="var(--mantine-color-error)" style={{ overflowWrap: 'anywhere' }}>
                        {plugin.error}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>
                    <Badge variant="light" color={COLORS[plugin.state]}>
                      {t(`plugins.${plugin.state}`)}
                    </Badge>
                  </Table.Td>
                  <Table.Td ta="right">
                    {plugin.state === 'running' ? (
                      <Button
                        size="compact-sm"
                        variant="default"
                        aria-label={t('plugins.stopOne', plugin)}
                        onClick={() => setStopping(plugin.name)}
                      >
                        {t('plugins.stop')}
                      </Button>
                    ) : (
                      <Button
                        size="compact-sm"
                        variant="default"
                        aria-label={t('plugins.startOne', plugin)}
                        loading={start.isPending && start.variables === plugin.name}
                        onClick={() => start.mutate(plugin.name)}
                      >
                        {t('plugins.start')}
                      </Button>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        <Text fz="sm" mt="sm">
          {t('plugins.lasting')}{' '}
          <Anchor component={Link} to="/settings" fz="sm" underline="always">
            {t('limits.others.settings')}
          </Anchor>
        </Text>
      </Section>
      <ConfirmDialog
        isOpen={stopping !== undefined}
        onClose={() => setStopping(undefined)}
        title={t('plugins.stopTitle', { name: stopping ?? '' })}
        action={t('plugins.stop')}
        onConfirm={() => stopping !== undefined && stop.mutate(stopping)}
        isBusy={stop.isPending}
        error={stop.error}
      >
        {t('plugins.stopBody')}
      </ConfirmDialog>
    </AdminPage>
  )
}
