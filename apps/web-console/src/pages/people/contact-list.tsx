import type { Contact } from '@borgo/api'
import { ActionIcon, Badge, Group, Tooltip } from '@mantine/core'
import { IconMessage, IconShieldCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { contactLabel } from '../../components/contact-queries.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { PresenceLine } from '../../components/presence-line.tsx'
import { Section } from '../../components/section.tsx'
import rows from '../../components/rows.module.css'
import { useDirectConversation } from '../chat/new-conversation.tsx'
import { PersonLink } from './person-link.tsx'

/** The contacts; nothing where there are none. */
export function ContactList({ people }: { people: Contact[] }) {
  const { t } = useTranslation('people')
  const direct = useDirectConversation()
  if (people.length === 0) return null
  return (
    <Section title={t('contacts', { count: people.length })}>
      {direct.isError && <ErrorNotice error={direct.error} />}
      <ul className={rows.rows} aria-label={t('parts.contacts')}>
        {people.map(person => (
          <li key={person.account} className={rows.middle}>
            <PersonLink person={person} detail={<PresenceLine presence={person.presence} />} />
            <Group gap="xs" wrap="nowrap">
              {person.verified && (
                <Badge color="olive" leftSection={<IconShieldCheck size={14} aria-hidden />}>
                  {t('verified')}
                </Badge>
              )}
              <Tooltip label={t('talk', { name: contactLabel(person) })}>
                <ActionIcon
                  variant="subtle"
                  aria-label={t('talk', { name: contactLabel(person) })}
                  loading={direct.isPending && direct.variables === person.account}
                  onClick={() => direct.mutate(person.account)}
                >
                  <IconMessage size={18} />
                </ActionIcon>
              </Tooltip>
            </Group>
          </li>
        ))}
      </ul>
    </Section>
  )
}
