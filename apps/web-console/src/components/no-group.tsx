import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { EmptyState } from './empty-state.tsx'

/** For pages whose things belong to a group, while there is none. Its content says what would belong to it. */
export function NoGroup({ children }: { children?: ReactNode }) {
  const { t } = useTranslation('components')
  return (
    <EmptyState
      title={t('noGroups.title')}
      actions={
        <Button component={Link} to="/groups">
          {t('noGroups.action')}
        </Button>
      }
    >
      {children ?? t('noGroups.body')}
    </EmptyState>
  )
}
