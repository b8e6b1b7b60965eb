import type { Group, Invitation } from '@borgo/api'
import { Button, Group as Row, Modal, NumberInput, Radio, Select, Stack, Switch, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { CopyField } from '../../components/copy-field.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { useKnownPeople } from '../../components/known-people.ts'
import { QrCode } from '../../components/qr-code.tsx'
import { invitationsQuery } from './invitation-queries.ts'
import { invitableRoles } from './roles.ts'

const HOUR_MS = 3_600_000
const EXPIRIES = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 168 * HOUR_MS, month: 720 * HOUR_MS } as const
const MOST_USES = 10_000

interface InviteOptions {
  role: Invitation['role']
  uses: number
  expiresInMs: number
  approval: boolean
  account?: string
}

interface InviteDialogProps {
  group: Group
  isOpen: boolean
  onClose: () => void
}

/** Makes an invitation and shows it as a link and a QR code. */
export function InviteDialog({ group, isOpen, onClose }: InviteDialogProps) {
  const { t } = useTranslation(['groups', 'components'])
  const queries = useQueryClient()
  const invite = useMutation({
    mutationFn: (body: InviteOptions) => client.groups.invite({ params: { group: group.id }, body }),
    onSuccess: () => queries.invalidateQueries({ queryKey: invitationsQuery(group).queryKey })
  })
  const link = invite.data?.link
  const people = useKnownPeople()
  const hintOf = ({ account, approval }: Invitation): string => {
    if (account === undefined) return approval ? t('invite.asks') : t('invite.secret')
    return t('invite.personal', { name: people.find(each => each.account === account)?.name ?? account })
  }
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      onExitTransitionEnd={invite.reset}
      title={t('invite.title', { name: group.name })}
      closeButtonProps={{ 'aria-label': t('components:close') }}
    >
      {link === undefined ? (
        <InviteForm group={group} isBusy={invite.isPending} error={invite.error} onSubmit={invite.mutate} />
      ) : (
        <Stack>
          <Text>{t('invite.ready')}</Text>
          <Row justify="center">
            <QrCode text={link} label={t('invite.qr', { name: group.name })} size={280} />
          </Row>
          <CopyField value={link} label={t('invite.link')} keep={16} />
          <Text fz="sm" c="dimmed">
            {invite.data && hintOf(invite.data)}
          </Text>
          <Row justify="flex-end">
            <Button variant="default" onClick={invite.reset}>
              {t('invite.another')}
            </Button>
            <Button onClick={onClose}>{t('components:close')}</Button>
          </Row>
        </Stack>
      )}
    </Modal>
  )
}

interface InviteFormProps {
  group: Group
  isBusy: boolean
  error: unknown
  onSubmit: (options: InviteOptions) => void
}

function InviteForm({ group, isBusy, error, onSubmit }: InviteFormProps) {
  const { t } = useTranslation('groups')
  const roles = invitableRoles(group)
  const strangers = useKnownPeople().filter(({ account }) => !group.members.some(each => each.account === account))
  const [account, setAccount] = useState<string>()
  const [role, setRole] = useState(roles.find(each => each === 'writer') ?? roles[0] ?? 'reader')
  const [uses, setUses] = useState(1)
  const [approval, setApproval] = useState(false)
  const [expiry, setExpiry] = useState<keyof typeof EXPIRIES>('week')
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        const expiresInMs = EXPIRIES[expiry]
        onSubmit(
          account === undefined
            ? { role, uses, expiresInMs, approval }
            : { role, uses: 1, expiresInMs, approval: false, account }
        )
      }}
    >
      <Stack>
        {strangers.length > 0 && (
          <Select
            label={t('invite.whom')}
            placeholder={t('invite.anybody')}
            data={strangers.map(({ account, name }) => ({ value: account, label: name }))}
            value={account ?? null}
            onChange={value => setAccount(value ?? undefined)}
            clearable
            clearButtonProps={{ 'aria-label': t('invite.anybody') }}
          />
        )}
        <Radio.Group
          label={t('invite.role')}
          value={role}
          onChange={value => setRole(roles.find(each => each === value) ?? role)}
        >
          <Stack gap="xs" mt="xs">
            {roles.map(value => (
              <Radio key={value} value={value} label={`${t(`role.${value}`)}: ${t(`roleHint.${value}`)}`} />
            ))}
          </Stack>
        </Radio.Group>
        {account === undefined && (
          <NumberInput
            label={t('invite.uses')}
            value={uses}
            onChange={value => setUses(Number(value) || 1)}
            min={1}
            max={MOST_USES}
            clampBehavior="strict"
            allowDecimal={false}
          />
        )}
        <Select
          label={t('invite.expiry')}
          data={(['hour', 'day', 'week', 'month'] as const).map(value => ({ value, label: t(`invite.${value}`) }))}
          value={expiry}
          allowDeselect={false}
          onChange={value => setExpiry(value ?? 'week')}
        />
        {account === undefined && (
          <Switch
            label={t('invite.approval')}
            description={t('invite.approvalHint')}
            checked={approval}
            onChange={event => setApproval(event.currentTarget.checked)}
          />
        )}
        {error !== null && <ErrorNotice error={error} />}
        <Row justify="flex-end">
          <Button type="submit" loading={isBusy} data-autofocus>
            {t('invite.submit')}
          </Button>
        </Row>
      </Stack>
    </form>
  )
}
