import { Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../components/page-header.tsx'
import { PageParts } from '../../components/page-parts.tsx'

const PARTS = [
  ['contacts', '/people'],
  ['near', '/people/near'],
  ['activities', '/people/activities'],
  ['shown', '/people/shown'],
  ['devices', '/people/devices'],
  ['recovery', '/people/recovery']
] as const

interface PeoplePageProps {
  title: string
  intro?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

/** The frame of the pages about people: a header, and the way to the other pages. */
export function PeoplePage({ children, ...header }: PeoplePageProps) {
  const { t } = useTranslation('people')
  return (
    <>
      <PageHeader {...header} />
      <PageParts label={t('parts.label')} parts={PARTS.map(([name, path]) => [t(`parts.${name}`), path])} />
      <Stack gap="lg">{children}</Stack>
    </>
  )
}
