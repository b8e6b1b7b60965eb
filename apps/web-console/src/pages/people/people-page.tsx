import { Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { NavLink } from 'react-router'
import { PageHeader } from '../../components/page-header.tsx'
import styles from './people.module.css'

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
      <nav aria-label={t('parts.label')} className={styles.parts}>
        {PARTS.map(([name, path]) => (
          <NavLink key={name} to={path} end className={styles.part ?? ''}>
            {t(`parts.${name}`)}
          </NavLink>
        ))}
      </nav>
      <Stack gap="lg">{children}</Stack>
    </>
  )
}
