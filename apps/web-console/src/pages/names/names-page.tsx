import { Button, Skeleton, Stack } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { useLivePeers } from '../overview/peer-queries.ts'
import { LookUp } from './look-up.tsx'
import { NameDialog } from './name-dialog.tsx'
import { namesQuery, useLiveNames } from './name-queries.ts'
import { OwnNames } from './own-names.tsx'

/** Names under which devices are found: looking one up, and this device's own. */
export function NamesPage() {
  const { t } = useTranslation('names')
  const names = useQuery(namesQuery)
  useLiveNames()
  useLivePeers()
  // In the address, so that the palette and other pages can link to it.
  const [search, setSearch] = useSearchParams()
  const register = (
    <Button leftSection={<IconPlus size={18} />} onClick={() => setSearch({ do: 'register' })}>
      {t('register.open')}
    </Button>
  )
  return (
    <>
      <PageHeader title={t('title')} intro={t('intro')} actions={(names.data?.length ?? 0) > 0 && register} />
      <Stack gap="lg">
        <LookUp />
        {names.isPending && <Skeleton height={140} radius="lg" />}
        {names.isError && <ErrorNotice error={names.error} onRetry={() => void names.refetch()} />}
        {names.data?.length === 0 && (
          <EmptyState title={t('empty.title')} actions={register}>
            {t('empty.body')}
          </EmptyState>
        )}
        {names.isSuccess && names.data.length > 0 && <OwnNames names={names.data} />}
      </Stack>
      <NameDialog isOpen={search.get('do') === 'register'} onClose={() => setSearch({}, { replace: true })} />
    </>
  )
}
