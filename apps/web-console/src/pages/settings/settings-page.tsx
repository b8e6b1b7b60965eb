import { Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../components/page-header.tsx'
import { About } from './about.tsx'
import { Appearance } from './appearance.tsx'
import { ConfigTable } from './config-table.tsx'
import { Person } from './person.tsx'
import { Sessions } from './sessions.tsx'
import { Tokens } from './tokens.tsx'

export function SettingsPage() {
  const { t } = useTranslation('settings')
  return (
    <>
      <PageHeader title={t('title')} />
      <Stack gap="lg">
        <Person />
        <Appearance />
        <Sessions />
        <Tokens />
        <ConfigTable />
        <About />
      </Stack>
    </>
  )
}
