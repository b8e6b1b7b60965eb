import type { Contact, Group } from '@borgo/api'
import { Button, Group as Row, Skeleton, Stack, Text } from '@mantine/core'
import { IconBell, IconMessage, IconUserPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { client } from '../../api/client.ts'
import { BackLink } from '../../components/back-link.tsx'
import { contactLabel, contactsQuery } from '../../components/contact-queries.ts'
import { CopyField } from '../../components/copy-field.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { groupLabel } from '../../components/group-label.ts'
import { groupsQuery } from '../../components/group-queries.ts'
import { House } from '../../components/house.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { PresenceLine } from '../../components/presence-line.tsx'
import { presenceQuery } from '../../components/presence-queries.ts'
import { Section } from '../../components/section.tsx'
import { useDirectConversation } from '../chat/new-conversation.tsx'
import { PersonShown } from '../shown/person-shown.tsx'
import { BlockButton } from './block-button.tsx'
import { useContactChange } from './contact-change.ts'
import { RemoveButton } from './remove-button.tsx'
import { RemarkSection } from './remark-section.tsx'
import { VerifySection } from './verify-section.tsx'

/** All about one person: a contact, somebody of one's groups, or both. */
export function PersonPage() {
  const { account = '' } = useParams()
  const contacts = useQuery(contactsQuery)
  const groups = useQuery(groupsQuery)
  const failed = [contacts, groups].find(({ isError }) => isError)
  if (failed) return <ErrorNotice error={failed.error} onRetry={() => void failed.refetch()} />
  if (!contacts.data || !groups.data) return <Skeleton height={320} radius="lg" />
  const contact = contacts.data.find(each => each.account === account)
  const common = groups.data.filter(({ members }) => members.some(member => member.account === account && !member.self))
  const member = common[0]?.members.find(each => each.account === account)
  const name = contact ? contactLabel(contact) : member?.name
  if (name === undefined) return <Nobody />
  return <Person key={account} account={account} name={name} contact={contact} groups={common} />
}

function Nobody() {
  const { t } = useTranslation('people')
  return (
    <>
      <PageHeader title={t('title')} />
      <EmptyState
        title={t('unknown.title')}
        actions={
          <Button component={Link} to="/people">
            {t('back')}
          </Button>
        }
      >
        {t('unknown.body')}
      </EmptyState>
    </>
  )
}

interface PersonProps {
  account: string
  name: string
  contact: Contact | undefined
  groups: Group[]
}

function Person({ account, name, contact, groups }: PersonProps) {
  const { t } = useTranslation('people')
  const { data: presence } = useQuery(presenceQuery(account))
  const shared = groups.filter(({ kind }) => kind === 'shared')
  return (
    <>
      <BackLink to="/people">{t('back')}</BackLink>
      <PageHeader
        title={name}
        leading={<House id={account} size={64} isLit={presence?.state !== 'offline'} />}
        intro={
          <>
            <Standing contact={contact} />
            {presence && contact?.blocked !== true && <PresenceLine presence={presence} isShort={false} />}
          </>
        }
        actions={contact?.blocked !== true && <Actions account={account} contact={contact} />}
      />
      <Stack gap="lg">
        {contact && !contact.blocked && <VerifySection contact={contact} />}
        {contact?.blocked !== true && <PersonShown account={account} name={name} />}
        {contact && <RemarkSection contact={contact} />}
        {shared.length > 0 && (
          <Section title={t('common')}>
            <Row gap="xs">
              {shared.map(group => (
                <Button key={group.id} component={Link} to={`/groups/${group.id}`} variant="default" size="compact-sm">
                  {groupLabel(group)}
                </Button>
              ))}
            </Row>
          </Section>
        )}
        <Row gap="xs" wrap="nowrap">
          <Text fz="sm" c="dimmed" style={{ flexShrink: 0 }}>
            {t('account')}
          </Text>
          <CopyField value={account} label={t('account')} keep={8} />
        </Row>
        <Row>
          <BlockButton account={account} name={name} isBlocked={contact?.blocked ?? false} />
          {contact && <RemoveButton account={account} name={name} />}
        </Row>
      </Stack>
    </>
  )
}

/** In one line how this person stands to the other. */
function Standing({ contact }: { contact: Contact | undefined }) {
  const { t } = useTranslation('people')
  if (!contact) return t('standing.member')
  const own = contact.nickname === undefined ? '' : `${t('calls', { name: contact.name })} · `
  return own + (contact.blocked ? t('standing.blocked') : t(`standing.${contact.state}`))
}

function Actions({ account, contact }: Pick<PersonProps, 'account' | 'contact'>) {
  const { t } = useTranslation('people')
  const direct = useDirectConversation()
  const ask = useContactChange(() => client.contacts.add({ body: { who: account } }))
  const error = direct.error ?? ask.error
  const mayAsk = contact?.state !== 'contact' && contact?.state !== 'asking'
  return (
    <>
      {mayAsk && (
        <Button
          variant="default"
          leftSection={<IconUserPlus size={18} />}
          loading={ask.isPending}
          onClick={() => ask.mutate()}
        >
          {contact?.state === 'asked' ? t('requests.accept') : t('add.ask')}
        </Button>
      )}
      <Button
        component={Link}
        to={`/people/activities?do=invite&who=${account}`}
        variant="default"
        leftSection={<IconBell size={18} />}
      >
        {t('inviteTo')}
      </Button>
      <Button leftSection={<IconMessage size={18} />} loading={direct.isPending} onClick={() => direct.mutate(account)}>
        {t('write')}
      </Button>
      {error !== null && <ErrorNotice error={error} />}
    </>
  )
}
