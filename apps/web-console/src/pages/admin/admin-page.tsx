import { Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../components/page-header.tsx'
import { PageParts } from '../../components/page-parts.tsx'

interface AdminPageProps {
  title: string
  intro: ReactNode
  actions?: ReactNode
  children: ReactNode
}

/** The frame of the pages for who looks after the node. */
export function AdminPage({ children, ...header }: AdminPageProps) {
  const { t } = useTranslation('admin')
  return (
    <>
      <PageHeader {...header} />
      <PageParts
        label={t('parts.label')}
        parts={[
          [t('parts.limits'), '/admin'],
          [t('parts.storage'), '/admin/storage'],
          [t('parts.plugins'), '/admin/parts']
        ]}
      />
      <Stack gap="lg">{children}</Stack>
    </>
  )
}
