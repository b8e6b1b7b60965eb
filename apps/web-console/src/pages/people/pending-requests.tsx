import type { Contact } from '@borgo/api'
import { Button, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { contactLabel } from '../../components/contact-queries.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import rows from '../../components/rows.module.css'
import { useContactChange } from './contact-change.ts'
import { PersonLink } from './person-link.tsx'

/** Whom this person asked and who has not said yes; nothing where there are none. */
export function PendingRequests({ people }: { people: Contact[] }) {
  const { t } = useTranslation('people')
  const remove = useContactChange((account: string) => client.contacts.remove({ params: { account } }))
  if (people.length === 0) return null
  return (
    <Section title={t('pending.title')} intro={t('pending.intro')}>
      {remove.isError && <ErrorNotice error={remove.error} />}
      <ul className={rows.rows} aria-label={t('pending.title')}>
        {people.map(person => (
          <li key={person.account} className={rows.middle}>
            <PersonLink
              person={person}
              detail={
                <Text fz="xs" c="dimmed">
                  {person.state === 'declined' ? t('pending.declined') : t('pending.asked')}{' '}
                  <RelativeTime at={person.since} />
                </Text>
              }
            />
            <Button
              size="compact-sm"
              variant="default"
              disabled={remove.isPending}
              onClick={() => remove.mutate(person.account)}
              aria-label={t(person.state === 'declined' ? 'pending.forgetName' : 'pending.removeName', {
                name: contactLabel(person)
              })}
            >
              {person.state === 'declined' ? t('pending.forget') : t('pending.remove')}
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  )
}
