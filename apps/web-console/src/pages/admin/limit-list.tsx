import type { BudgetState } from '@borgo/api'
import { ActionIcon, Group, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPencil, IconTrash, type Icon } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ProgressRow } from '../../components/progress-row.tsx'
import rows from '../../components/rows.module.css'
import { useErrorText } from '../../errors/error-text.ts'
import { useFormat } from '../../i18n/format.ts'
import { keyOf, useBudgetChange, useNames } from './budget-queries.ts'
import { useQuantity } from './quantity.ts'
import { showTimes } from './times.ts'

interface LimitListProps {
  budgets: readonly BudgetState[]
  onChange: (budget: BudgetState) => void
}

export function LimitList({ budgets, onChange }: LimitListProps) {
  const { t } = useTranslation('admin')
  return (
    <ul className={rows.rows} aria-label={t('limits.list')}>
      {budgets.map(budget => (
        <li key={JSON.stringify(keyOf(budget))}>
          <Limit budget={budget} onChange={() => onChange(budget)} />
        </li>
      ))}
    </ul>
  )
}

function Limit({ budget, onChange }: { budget: BudgetState; onChange: () => void }) {
  const { t } = useTranslation('admin')
  const { language } = useFormat()
  const errorText = useErrorText()
  const quantity = useQuantity()
  const nameOf = useNames()
  const clear = useBudgetChange((body: ReturnType<typeof keyOf>) => client.budgets.clear({ body }))
  const { amount, id, isActive, of, resource, used, usedBy, waiting, when } = budget
  const whose = id === undefined ? (of === 'node' ? t('of.node') : eachText()) : t(`of.${of}`, { name: nameOf(id) })
  const label = t('limits.label', { whose, what: t(`resource.${resource}`) })
  const says = [
    t('limits.used', { used: quantity(resource, used), amount: quantity(resource, amount) }),
    ...(id === undefined && of !== 'node' && usedBy !== undefined && used > 0
      ? [t('limits.most', { name: nameOf(usedBy) })]
      : []),
    ...(waiting > 0 ? [t('limits.waiting', { count: waiting })] : []),
    when === undefined
      ? t('limits.always')
      : t(isActive ? 'limits.timesNow' : 'limits.timesLater', { times: showTimes(when, language) })
  ]

  function eachText(): string {
    if (of === 'peer') return t(resource === 'storage' ? 'each.member' : 'each.peer')
    return t(of === 'group' ? 'each.group' : 'each.plugin')
  }
  const remove = (): void =>
    clear.mutate(keyOf(budget), {
      onSuccess: () => notifications.show({ color: 'olive', message: t('limits.cleared', { what: label }) }),
      onError: error => {
        const { what, help } = errorText(error)
        notifications.show({ color: 'red', title: what, message: help })
      }
    })
  return (
    <ProgressRow
      label={label}
      done={Math.min(used, amount)}
      total={amount}
      state={isActive ? 'running' : 'paused'}
      detail={says.join(' · ')}
      actions={
        <Group gap={4} wrap="nowrap">
          <Act label={t('limits.change', { what: label })} icon={IconPencil} onClick={onChange} />
          <Act label={t('limits.clear', { what: label })} icon={IconTrash} onClick={remove} isBusy={clear.isPending} />
        </Group>
      }
    />
  )
}

interface ActProps {
  label: string
  icon: Icon
  onClick: () => void
  isBusy?: boolean
}

function Act({ label, icon: Face, onClick, isBusy = false }: ActProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" aria-label={label} onClick={onClick} loading={isBusy}>
        <Face size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}
