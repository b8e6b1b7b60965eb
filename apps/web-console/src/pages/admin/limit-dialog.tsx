import type { Budget, BudgetState } from '@borgo/api'
import { Button, Group, Modal, NumberInput, Select, Stack, Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { groupLabel } from '../../components/group-label.ts'
import { groupsQuery } from '../../components/group-queries.ts'
import { statusQuery } from '../../shell/node-queries.ts'
import { peersQuery } from '../overview/peer-queries.ts'
import { useBudgetChange, useNames } from './budget-queries.ts'
import { unitFor, unitsOf } from './quantity.ts'
import { readTimes, writeTimes, type Times } from './times.ts'
import { TimesField } from './times-field.tsx'

type Resource = Budget['resource']

const OF = ['node', 'plugin', 'group', 'peer'] as const
const RESOURCES = ['up', 'down', 'messages', 'streams', 'storage'] as const
/** Stands in the choice of whom for each one on its own. */
const EACH = ''
/** Offered first. */
const FIRST: Readonly<Record<Resource, number>> = { up: 1e6, down: 1e6, messages: 20, streams: 50, storage: 5e9 }
const NIGHT: Times = { first: 'mon', last: 'sun', from: '22:00', to: '06:00' }

interface LimitDialogProps {
  /** The limit to change, or a new one; closed when left out. */
  editing: BudgetState | 'new' | undefined
  onClose: () => void
}

/** Sets a limit, or gives one another amount. */
export function LimitDialog({ editing, onClose }: LimitDialogProps) {
  const { t } = useTranslation(['admin', 'components'])
  return (
    <Modal
      opened={editing !== undefined}
      onClose={onClose}
      title={editing === 'new' ? t('form.new') : t('form.change')}
      closeButtonProps={{ 'aria-label': t('components:close') }}
    >
      {editing !== undefined && <LimitForm limit={editing === 'new' ? undefined : editing} onDone={onClose} />}
    </Modal>
  )
}

function LimitForm({ limit, onDone }: { limit: BudgetState | undefined; onDone: () => void }) {
  const { t } = useTranslation('admin')
  const [of, setOf] = useState<Budget['of']>(limit?.of ?? 'node')
  const [id, setId] = useState(limit?.id ?? EACH)
  const [resource, setResource] = useState<Resource>(limit?.resource ?? 'up')
  const [amount, setAmount] = useState<number | string>(inUnit(resource, limit?.amount))
  const [unit, setUnit] = useState(unitFor(resource, limit?.amount ?? FIRST[resource]))
  const [times, setTimes] = useState<Times[]>(limit?.when === undefined ? [] : readTimes(limit.when))
  const set = useBudgetChange((body: Budget) => client.budgets.set({ body }), onDone)
  const choices = useChoices(of, resource)
  const whole = Math.round(Number(amount) * (unit?.size ?? 1))
  const chooseResource = (next: Resource): void => {
    setResource(next)
    setUnit(unitFor(next, FIRST[next]))
    setAmount(inUnit(next, undefined))
    if (of === 'peer' || of === 'plugin') setId(EACH)
  }
  const submit = (): void => {
    const when = times.length > 0 ? writeTimes(times) : undefined
    set.mutate({
      of,
      resource,
      amount: whole,
      ...(of !== 'node' && id !== EACH && { id }),
      ...(when !== undefined && { when })
    })
  }
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        submit()
      }}
    >
      <Stack>
        <Select
          label={t('form.of')}
          data={OF.map(value => ({ value, label: t(`form.ofWhat.${value}`) }))}
          value={of}
          allowDeselect={false}
          disabled={limit !== undefined}
          onChange={value => {
            const next = OF.find(each => each === value) ?? of
            setOf(next)
            setId(EACH)
          }}
        />
        {of !== 'node' && (
          <Select
            label={t('form.which')}
            data={choices}
            value={id}
            allowDeselect={false}
            searchable={choices.length > 8}
            disabled={limit !== undefined}
            onChange={value => setId(value ?? EACH)}
          />
        )}
        <Select
          label={t('form.what')}
          description={t(`form.hint.${resource}`)}
          data={RESOURCES.map(value => ({ value, label: t(`form.resource.${value}`) }))}
          value={resource}
          allowDeselect={false}
          disabled={limit !== undefined}
          onChange={value => chooseResource(RESOURCES.find(each => each === value) ?? resource)}
        />
        <Group align="flex-end" wrap="nowrap">
          <NumberInput
            label={t('form.amount')}
            value={amount}
            onChange={setAmount}
            min={0}
            allowDecimal={unit !== undefined}
            decimalScale={3}
            style={{ flex: 1 }}
            data-autofocus={limit !== undefined}
          />
          {unit && (
            <Select
              aria-label={t('form.unit')}
              data={unitsOf(resource).map(({ name }) => name)}
              value={unit.name}
              allowDeselect={false}
              w={100}
              onChange={name => setUnit(unitsOf(resource).find(each => each.name === name))}
            />
          )}
        </Group>
        <Switch
          label={t('form.sometimes')}
          checked={times.length > 0}
          disabled={limit !== undefined}
          onChange={event => setTimes(event.currentTarget.checked ? [NIGHT] : [])}
        />
        {times.length > 0 && <TimesField times={times} onChange={setTimes} isFixed={limit !== undefined} />}
        {set.isError && <ErrorNotice error={set.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={set.isPending} disabled={whole < 1 || (of !== 'node' && choices.length === 0)}>
            {limit ? t('form.save') : t('form.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function inUnit(resource: Resource, amount: number | undefined): number {
  const bytes = amount ?? FIRST[resource]
  return Number((bytes / (unitFor(resource, bytes)?.size ?? 1)).toFixed(3))
}

/** Each on its own, or one of those that there are. */
function useChoices(of: Budget['of'], resource: Resource): { value: string; label: string }[] {
  const { t } = useTranslation('admin')
  const nameOf = useNames()
  const { data: groups = [] } = useQuery(groupsQuery)
  const { data: peers = [] } = useQuery(peersQuery)
  const { data: status } = useQuery(statusQuery)
  const each = (label: string): { value: string; label: string } => ({ value: EACH, label })
  const named = (ids: Iterable<string>): { value: string; label: string }[] =>
    [...new Set(ids)].map(id => ({ value: id, label: nameOf(id) })).toSorted((a, b) => a.label.localeCompare(b.label))
  const members = groups.flatMap(group => group.members)

  if (of === 'group')
    return [each(t('each.group')), ...groups.map(group => ({ value: group.id, label: groupLabel(group) }))]
  if (of === 'plugin') {
    const plugins = status?.plugins.map(({ name }) => name) ?? []
    // What these store, everything else hangs on.
    const names = resource === 'storage' ? plugins : ['core', 'relay', ...plugins]
    return [each(t('each.plugin')), ...names.map(name => ({ value: name, label: name }))]
  }
  if (resource === 'storage') return [each(t('each.member')), ...named(members.map(({ account }) => account))]
  const own = status?.identity.device
  const devices = [...peers.map(({ device }) => device), ...members.flatMap(member => member.devices)]
  return [each(t('each.peer')), ...named(devices.filter(device => device !== own))]
}
