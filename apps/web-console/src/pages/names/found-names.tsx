import { Group, Loader, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '../../components/error-notice.tsx'
import rows from '../../components/rows.module.css'
import { FoundName } from './found-name.tsx'
import { directoryQuery } from './name-queries.ts'
import { placeOf, type Search } from './use-search.ts'

/** What a search brought so far, and how it stands. */
export function FoundNames({ search }: { search: Search }) {
  const { t } = useTranslation('names')
  const { records, state, error } = search
  return (
    <Stack gap="sm" mt="md">
      {state === 'failed' ? (
        <ErrorNotice error={error} />
      ) : (
        <Group gap="xs" role="status">
          {state === 'running' && <Loader size="xs" aria-hidden />}
          <Text fw={500}>{t(`found.${state}`, { count: records.length })}</Text>
        </Group>
      )}
      {records.length === 0 && (state === 'all' || state === 'time') && <Nothing search={search} />}
      {records.length > 0 && (
        <ul className={rows.rows} aria-label={t('found.list')}>
          {records.map(record => (
            <FoundName key={placeOf(record)} record={record} />
          ))}
        </ul>
      )}
    </Stack>
  )
}

/** What may help when nothing was found. */
function Nothing({ search: { query } }: { search: Search }) {
  const { t } = useTranslation('names')
  const { data: directory } = useQuery(directoryQuery)
  const isGlobal = query.scope === undefined || query.scope === 'global'
  const isOff = directory?.lan.mode === 'off' && directory.wan.mode === 'off'
  const isAlone = directory !== undefined && directory.lan.peers + directory.wan.peers === 0
  return (
    <Text fz="sm" c="dimmed">
      {t('found.help')}
      {isGlobal && isAlone && ` ${t(isOff ? 'found.off' : 'found.alone')}`}
    </Text>
  )
}
