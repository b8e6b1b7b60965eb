import type { Group, Member } from '@borgo/api'
import { ActionIcon, Anchor, Badge, Button, Group as Row, Skeleton, Stack, Table, Text, Tooltip } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconArrowLeft, IconMessage, IconUserPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { CopyField } from '../../components/copy-field.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { groupLabel } from '../../components/group-label.ts'
import { groupsQuery } from '../../components/group-queries.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { PeerName } from '../../components/peer-name.tsx'
import { Section } from '../../components/section.tsx'
import { useFormat } from '../../i18n/format.ts'
import { useDirectConversation } from '../chat/new-conversation.tsx'
import { lostGroupsQuery } from './absence-queries.ts'
import { AuditSection } from './audit-section.tsx'
import { Invitations } from './invitations.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { LeaveButton } from './leave-button.tsx'
import { LossReason } from './lost-groups.tsx'
import { MemberMenu } from './member-menu.tsx'
import { Petitions } from './petitions.tsx'
import { PolicySection } from './policy-section.tsx'
import { invitableRoles, isAdmin } from './roles.ts'
import { StorageSection } from './storage-section.tsx'

export function GroupPage() {
  const { group: id } = useParams()
  const groups = useQuery(groupsQuery)
  if (groups.isPending) return <Skeleton height={240} radius="lg" />
  if (groups.isError) return <ErrorNotice error={groups.error} onRetry={() => void groups.refetch()} />
  const group = groups.data.find(entry => entry.id === id)
  if (group) return <GroupDetail key={group.id} group={group} />
  return <NoGroup id={id} />
}

/** Not, or no longer, a group of this person: says which and why. */
function NoGroup({ id }: { id: string | undefined }) {
  const { t } = useTranslation('groups')
  const { data = [] } = useQuery(lostGroupsQuery)
  const lost = data.find(each => each.id === id)
  return (
    <>
      <PageHeader title={t('title')} />
      <EmptyState
        title={lost ? t('lost.here', { name: lost.name }) : t('unknown.title')}
        actions={
          <Button component={Link} to="/groups">
            {t('back')}
          </Button>
        }
      >
        {lost ? <LossReason group={lost} /> : t('unknown.body')}
      </EmptyState>
    </>
  )
}

function GroupDetail({ group }: { group: Group }) {
  const { t } = useTranslation('groups')
  const format = useFormat()
  const [isInviting, inviting] = useDisclosure(false)
  const mayInvite = invitableRoles(group).length > 0
  return (
    <>
      <Anchor component={Link} to="/groups" fz="sm" mb="xs" display="inline-block">
        <Row gap={4}>
          <IconArrowLeft size={16} aria-hidden />
          {t('back')}
        </Row>
      </Anchor>
      <PageHeader
        title={groupLabel(group)}
        intro={t('detail.you', { role: t(`role.${group.role}`), date: format.date(group.joinedAt) })}
        actions={
          mayInvite && (
            <Button leftSection={<IconUserPlus size={18} />} onClick={inviting.open}>
              {t('invite.open')}
            </Button>
          )
        }
      />
      <Stack gap="lg">
        {isAdmin(group) && group.petitions > 0 && <Petitions group={group} />}
        <Members group={group} />
        {mayInvite && <Invitations group={group} />}
        {group.kind === 'shared' && <PolicySection group={group} />}
        <StorageSection group={group} />
        <AuditSection group={group} />
        <Row gap="xs" wrap="nowrap">
          <Text fz="sm" c="dimmed" style={{ flexShrink: 0 }}>
            {t('detail.id')}
          </Text>
          <CopyField value={group.id} label={t('detail.id')} keep={8} />
        </Row>
        <div>
          <LeaveButton group={group} />
        </div>
      </Stack>
      {mayInvite && <InviteDialog group={group} isOpen={isInviting} onClose={inviting.close} />}
    </>
  )
}

function Members({ group }: { group: Group }) {
  const { t } = useTranslation('groups')
  const format = useFormat()
  return (
    <Section title={t('members', { count: group.members.length })}>
      <Table verticalSpacing="sm" aria-label={t('detail.members')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('detail.name')}</Table.Th>
            <Table.Th visibleFrom="sm">{t('detail.role')}</Table.Th>
            <Table.Th visibleFrom="sm">{t('detail.devices')}</Table.Th>
            <Table.Th visibleFrom="sm">{t('detail.joined')}</Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {group.members.map(member => (
            <Table.Tr key={member.account}>
              <Table.Td maw={0} w={{ base: '90%', sm: '50%' }}>
                <PeerName
                  id={member.account}
                  name={member.name}
                  isOnline={member.online}
                  mayBeOnline={member.mayBeOnline}
                  isSelf={member.self}
                  detail={
                    <>
                      <Text fz="xs" c="dimmed" hiddenFrom="sm">
                        {t(`role.${member.role}`)}
                      </Text>
                      <ClockSkew member={member} />
                      <Stopped member={member} />
                    </>
                  }
                />
              </Table.Td>
              <Table.Td visibleFrom="sm">
                <Badge color={member.role === 'owner' ? 'terracotta' : 'gray'}>{t(`role.${member.role}`)}</Badge>
              </Table.Td>
              <Table.Td visibleFrom="sm" className="tabular">
                {format.number(member.devices.length)}
              </Table.Td>
              <Table.Td visibleFrom="sm" className="tabular">
                {format.date(member.joinedAt)}
              </Table.Td>
              <Table.Td>
                <Row gap={4} wrap="nowrap" justify="flex-end">
                  {!member.self && <Talk member={member} />}
                  <MemberMenu group={group} member={member} />
                </Row>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {group.members.length === 1 && (
        <Text c="dimmed" mt="sm">
          {t('detail.alone')}
        </Text>
      )}
    </Section>
  )
}

/** As far off as records may lead before their time says nothing, ms. */
const SKEW_SHOWN_MS = 5 * 60_000

/** Says of a member whose clock is far off that it is. */
function ClockSkew({ member: { clockSkewMs = 0 } }: { member: Member }) {
  const { t } = useTranslation('groups')
  const format = useFormat()
  if (Math.abs(clockSkewMs) < SKEW_SHOWN_MS) return null
  const by = format.duration(Math.abs(clockSkewMs))
  return (
    <Text fz="xs" c="var(--mantine-color-error)">
      {clockSkewMs > 0 ? t('detail.clockAhead', { by }) : t('detail.clockBehind', { by })}
    </Text>
  )
}

/** Says of a member that nothing counts of what a device of it writes. */
function Stopped({ member: { stoppedDevices } }: { member: Member }) {
  const { t } = useTranslation('groups')
  if (stoppedDevices.length === 0) return null
  return (
    <Text fz="xs" c="var(--mantine-color-error)">
      {t('detail.stopped', { count: stoppedDevices.length })}
    </Text>
  )
}

function Talk({ member }: { member: Member }) {
  const { t } = useTranslation('groups')
  const direct = useDirectConversation()
  const label = t('detail.talk', { name: member.name })
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        aria-label={label}
        loading={direct.isPending}
        onClick={() => direct.mutate(member.account)}
      >
        <IconMessage size={18} />
      </ActionIcon>
    </Tooltip>
  )
}
