import type { NameScope, Registration } from '@borgo/api'
import { Button, Group, Modal, Select, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { groupLabel } from '../../components/group-label.ts'
import { groupsQuery } from '../../components/group-queries.ts'
import { mayWrite } from '../../components/may-write.ts'
import { useFormat } from '../../i18n/format.ts'
import { DataField } from './data-field.tsx'
import { namesQuery, useNameChange } from './name-queries.ts'

const SCOPES: readonly NameScope[] = ['link', 'group', 'global']
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const LIFETIMES_MS = [60_000, HOUR_MS, DAY_MS, 2 * DAY_MS, 7 * DAY_MS]
/** What the node takes unless told otherwise, ms. */
const DEFAULT_MS: Record<NameScope, number> = { link: HOUR_MS, global: DAY_MS, group: 7 * DAY_MS }
const LONGEST_MS: Record<NameScope, number> = { link: 7 * DAY_MS, group: 7 * DAY_MS, global: 2 * DAY_MS }

interface NameDialogProps {
  /** The name that is changed; left out: a new one. */
  now?: Registration
  isOpen: boolean
  onClose: () => void
}

/** Registers a name for this device, or changes what it says. */
export function NameDialog(props: NameDialogProps) {
  const { t } = useTranslation(['names', 'components'])
  const { isOpen, onClose, now } = props
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={now ? t('change.title', { label: now.label }) : t('register.title')}
      closeButtonProps={{ 'aria-label': t('components:close') }}
    >
      <NameForm {...props} />
    </Modal>
  )
}

function NameForm({ now, onClose }: NameDialogProps) {
  const { t } = useTranslation('names')
  const format = useFormat()
  const { data: groups = [] } = useQuery(groupsQuery)
  const { data: names = [] } = useQuery(namesQuery)
  const writable = groups.filter(mayWrite)
  const [label, setLabel] = useState(now?.label ?? '')
  const [scope, setScope] = useState<NameScope>(now?.scope ?? 'link')
  const [chosen, setChosen] = useState(now?.group)
  const [comment, setComment] = useState(now?.comment ?? '')
  const [data, setData] = useState(now?.data ?? '')
  const [addresses, setAddresses] = useState(now?.addresses?.join('\n'))
  const [lifetimeMs, setLifetimeMs] = useState(now?.lifetimeMs)
  const group = scope === 'group' ? (chosen ?? writable[0]?.id) : undefined
  const lasts = Math.min(lifetimeMs ?? DEFAULT_MS[scope], LONGEST_MS[scope])
  const isTaken = !now && names.some(one => one.label === label.trim() && one.scope === scope && one.group === group)

  const register = useNameChange(
    () =>
      client.names.register({
        body: {
          label: label.trim(),
          scope,
          ...(group !== undefined && { group }),
          comment: comment.trim(),
          data,
          ...(addresses !== undefined && { addresses: addresses.split(/\s+/).filter(line => line !== '') }),
          lifetimeMs: lasts
        }
      }),
    () => {
      notifications.show({
        color: 'olive',
        message: t(now ? 'change.done' : 'register.done', { label: label.trim() })
      })
      onClose()
    }
  )
  const isIncomplete = label.trim() === '' || (scope === 'group' && group === undefined)
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (!isIncomplete) register.mutate()
      }}
    >
      <Stack>
        {!now && (
          <>
            <TextInput
              label={t('register.label')}
              description={t('register.labelHint')}
              value={label}
              onChange={event => setLabel(event.currentTarget.value)}
              maxLength={128}
              data-autofocus
            />
            <Select
              label={t('register.scope')}
              description={t(`scopeHint.${scope}`)}
              data={SCOPES.map(value => ({ value, label: t(`scope.${value}`) }))}
              value={scope}
              allowDeselect={false}
              onChange={value => value !== null && setScope(value as NameScope)}
            />
            {scope === 'group' &&
              (writable.length === 0 ? (
                <Text fz="sm">{t('register.noGroup')}</Text>
              ) : (
                <Select
                  label={t('register.group')}
                  data={writable.map(each => ({ value: each.id, label: groupLabel(each) }))}
                  value={group ?? null}
                  allowDeselect={false}
                  onChange={id => id !== null && setChosen(id)}
                />
              ))}
            {isTaken && (
              <Text fz="sm" role="status">
                {t('register.taken')}
              </Text>
            )}
          </>
        )}
        <TextInput
          label={t('register.comment')}
          description={t('register.commentHint')}
          value={comment}
          onChange={event => setComment(event.currentTarget.value)}
          maxLength={256}
          {...(now && { 'data-autofocus': true })}
        />
        <DataField value={data} onChange={setData} />
        <Select
          label={t('register.lifetime')}
          description={t('register.lifetimeHint')}
          data={[...new Set([...LIFETIMES_MS.filter(ms => ms <= LONGEST_MS[scope]), lasts])]
            .toSorted((a, b) => a - b)
            .map(ms => ({ value: String(ms), label: format.duration(ms) }))}
          value={String(lasts)}
          allowDeselect={false}
          onChange={ms => ms !== null && setLifetimeMs(Number(ms))}
        />
        <Switch
          label={t('register.ownAddresses')}
          checked={addresses === undefined}
          onChange={event => setAddresses(event.currentTarget.checked ? undefined : '')}
        />
        {addresses !== undefined && (
          <Textarea
            label={t('register.addresses')}
            description={t('register.addressesHint')}
            value={addresses}
            onChange={event => setAddresses(event.currentTarget.value)}
            minRows={2}
            maxRows={8}
            autosize
            spellCheck={false}
          />
        )}
        {register.isError && <ErrorNotice error={register.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={register.isPending} disabled={isIncomplete}>
            {now ? t('change.submit') : t('register.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
