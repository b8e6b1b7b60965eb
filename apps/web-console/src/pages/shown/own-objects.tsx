import type { PublishedObject } from '@borgo/api'
import { Button, Group, Skeleton, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { client } from '../../api/client.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import rows from '../../components/rows.module.css'
import { ObjectData } from './object-data.tsx'
import { PublishDialog } from './publish-dialog.tsx'
import { useScopeLabel } from './scope.ts'
import { ownObjectsQuery, useShownChange } from './shown-queries.ts'

/** What this device shows, to be changed and withdrawn. */
export function OwnObjects() {
  const { t } = useTranslation('shown')
  const objects = useQuery(ownObjectsQuery)
  const scopeLabel = useScopeLabel()
  // In the address, so that other pages can link to it.
  const [search, setSearch] = useSearchParams()
  const [changed, setChanged] = useState<PublishedObject>()
  const [withdrawn, setWithdrawn] = useState<string>()
  const withdraw = useShownChange(
    (id: string) => client.objects.withdraw({ params: { id } }),
    () => setWithdrawn(undefined)
  )
  return (
    <Section
      title={t('own.title')}
      intro={t('own.intro')}
      actions={
        <Button leftSection={<IconPlus size={18} />} onClick={() => setSearch({ do: 'publish' })}>
          {t('publish.open')}
        </Button>
      }
    >
      {objects.isPending && <Skeleton height={60} />}
      {objects.isError && <ErrorNotice error={objects.error} onRetry={() => void objects.refetch()} />}
      {objects.data?.length === 0 && <Text c="dimmed">{t('own.empty')}</Text>}
      {objects.isSuccess && objects.data.length > 0 && (
        <ul className={rows.rows} aria-label={t('own.title')}>
          {objects.data.map(object => (
            <li key={object.id} className={rows.row}>
              <div className={rows.what}>
                <Text fw={500} style={{ overflowWrap: 'anywhere' }}>
                  {object.id}
                </Text>
                <ObjectData {...object} />
                <Text fz="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                  {t('to', { whom: scopeLabel(object.scope) })} · {object.type}
                  {object.expiresAt !== undefined && (
                    <>
                      {` · ${t('expires')} `}
                      <RelativeTime at={object.expiresAt} />
                    </>
                  )}
                </Text>
              </div>
              <Group gap="xs">
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => setChanged(object)}
                  aria-label={t('own.changeName', { id: object.id })}
                >
                  {t('own.change')}
                </Button>
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => setWithdrawn(object.id)}
                  aria-label={t('own.withdrawName', { id: object.id })}
                >
                  {t('own.withdraw')}
                </Button>
              </Group>
            </li>
          ))}
        </ul>
      )}
      {search.get('do') === 'publish' && <PublishDialog onClose={() => setSearch({}, { replace: true })} />}
      {changed && <PublishDialog now={changed} onClose={() => setChanged(undefined)} />}
      <ConfirmDialog
        isOpen={withdrawn !== undefined}
        onClose={() => setWithdrawn(undefined)}
        title={t('own.withdrawTitle', { id: withdrawn ?? '' })}
        action={t('own.withdraw')}
        onConfirm={() => withdrawn !== undefined && withdraw.mutate(withdrawn)}
        isBusy={withdraw.isPending}
        error={withdraw.error}
      >
        {t('own.withdrawBody')}
      </ConfirmDialog>
    </Section>
  )
}
