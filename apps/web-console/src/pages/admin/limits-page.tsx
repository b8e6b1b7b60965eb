import type { BudgetState } from '@borgo/api'
import { Anchor, Button, Skeleton, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Section } from '../../components/section.tsx'
import { AdminPage } from './admin-page.tsx'
import { budgetsQuery, useLiveBudgets } from './budget-queries.ts'
import { LimitDialog } from './limit-dialog.tsx'
import { LimitList } from './limit-list.tsx'

/** What this node, its parts, groups and peers may use, and what they use now. */
export function LimitsPage() {
  const { t } = useTranslation('admin')
  const budgets = useQuery(budgetsQuery)
  const [editing, setEditing] = useState<BudgetState | 'new'>()
  useLiveBudgets()
  const add = (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setEditing('new')}>
      {t('limits.add')}
    </Button>
  )
  const has = budgets.isSuccess && budgets.data.length > 0
  return (
    <AdminPage title={t('limits.title')} intro={t('limits.intro')} actions={has && add}>
      <Section title={t('limits.list')}>
        {budgets.isPending && <Skeleton height={120} />}
        {budgets.isError && <ErrorNotice error={budgets.error} onRetry={() => void budgets.refetch()} />}
        {budgets.data?.length === 0 && (
          <EmptyState title={t('limits.empty.title')} actions={add}>
            {t('limits.empty.body')}
          </EmptyState>
        )}
        {has && <LimitList budgets={budgets.data} onChange={setEditing} />}
      </Section>
      <Section title={t('limits.others.title')}>
        <Text fz="sm" mb="xs">
          {t('limits.others.body')}
        </Text>
        <Anchor component={Link} to="/settings" fz="sm">
          {t('limits.others.settings')}
        </Anchor>
      </Section>
      <LimitDialog editing={editing} onClose={() => setEditing(undefined)} />
    </AdminPage>
  )
}
