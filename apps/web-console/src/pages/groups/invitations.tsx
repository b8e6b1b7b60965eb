import type { Group } from '@borgo/api'
import { Badge, Group as Row, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { CopyField } from '../../components/copy-field.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import { invitationsQuery } from './invitation-queries.ts'

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
          <Row key={invitation.id} gap="md" justify="space-between">
            <Row gap="sm">
              <Badge color="gray">{t(`role.${invitation.role}`)}</Badge>
              <Text fz="sm">{t('invitations.used', { used: invitation.used, uses: invitation.uses })}</Text>
              <Text fz="sm" c="dimmed">
                {t('invitations.expires')} <RelativeTime at={invitation.expiresAt} />
              </Text>
            </Row>
            {invitation.link === undefined ? (
              <Text fz="sm" c="dimmed">
                {t('invitations.elsewhere')}
              </Text>
            ) : (
              <CopyField value={invitation.link} label={t('invite.link')} keep={14} />
            )}
          </Row>
        ))}
      </Stack>
    </Section>
  )
}
