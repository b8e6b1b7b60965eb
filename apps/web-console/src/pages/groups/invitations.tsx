import type { Group, Invitation } from '@borgo/api'
import { Badge, Button, Group as Row, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { CopyField } from '../../components/copy-field.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { useKnownPeople } from '../../components/known-people.ts'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import { useGroupChange } from './group-change.ts'
import { invitationsQuery } from './invitation-queries.ts'
import { isAdmin } from './roles.ts'

/** What has been sent out and can still be used. */
export function Invitations({ group }: { group: Group }) {
  const { t } = useTranslation('groups')
  const invitations = useQuery(invitationsQuery(group))
  return (
    <Section title={t('invitations.title')}>
      {invitations.isError && <ErrorNotice error={invitations.error} onRetry={() => void invitations.refetch()} />}
      {invitations.data?.length === 0 && <Text c="dimmed">{t('invitations.none')}</Text>}
      <Stack gap="sm">
        {invitations.data?.map(invitation => (
          <InvitationRow key={invitation.id} group={group} invitation={invitation} />
        ))}
      </Stack>
    </Section>
  )
}

function InvitationRow({ group, invitation }: { group: Group; invitation: Invitation }) {
  const { t } = useTranslation('groups')
  const person = useKnownPeople().find(({ account }) => account === invitation.account)?.name
  const isOwn = group.members.some(member => member.self && member.account === invitation.by)
  return (
    <Row gap="md" justify="space-between">
      <Row gap="sm">
        <Badge color="gray">{t(`role.${invitation.role}`)}</Badge>
        {invitation.account !== undefined && (
          <Text fz="sm">{t('invitations.for', { name: person ?? t('audit.somebody') })}</Text>
        )}
        {invitation.approval && <Badge color="lamp">{t('invitations.approval')}</Badge>}
        <Text fz="sm">{t('invitations.used', { used: invitation.used, uses: invitation.uses })}</Text>
        <Text fz="sm" c="dimmed">
          {t('invitations.expires')} <RelativeTime at={invitation.expiresAt} />
        </Text>
      </Row>
      <Row gap="sm">
        {invitation.link === undefined ? (
          <Text fz="sm" c="dimmed">
            {t('invitations.elsewhere')}
          </Text>
        ) : (
          <CopyField value={invitation.link} label={t('invite.link')} keep={14} />
        )}
        {(isOwn || isAdmin(group)) && <Revoke group={group} invitation={invitation} />}
      </Row>
    </Row>
  )
}

function Revoke({ group, invitation }: { group: Group; invitation: Invitation }) {
  const { t } = useTranslation('groups')
  const [isAsking, asking] = useDisclosure(false)
  const revoke = useGroupChange(() =>
    client.groups.revokeInvitation({ params: { group: group.id, invitation: invitation.id } })
  )
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={asking.open}>
        {t('invitations.revoke')}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={asking.close}
        title={t('invitations.revokeTitle')}
        action={t('invitations.revoke')}
        onConfirm={() => revoke.mutate()}
        isBusy={revoke.isPending}
        error={revoke.error}
      >
        {t('invitations.revokeBody')}
      </ConfirmDialog>
    </>
  )
}
