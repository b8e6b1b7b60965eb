import type { Contact } from '@borgo/api'
import { Button, Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Section } from '../../components/section.tsx'
import rows from '../../components/rows.module.css'
import { useContactChange } from './contact-change.ts'
import { PersonLink } from './person-link.tsx'

/** Who would like to be a contact and waits for an answer; nothing where nobody does. */
export function Requests({ people }: { people: Contact[] }) {
  const { t } = useTranslation('people')
  const answer = useContactChange(({ account, isYes }: { account: string; isYes: boolean }) =>
    isYes ? client.contacts.accept({ params: { account } }) : client.contacts.decline({ params: { account } })
  )
  if (people.length === 0) return null
  return (
    <Section title={t('requests.title')} intro={t('requests.intro')}>
      {answer.isError && <ErrorNotice error={answer.error} />}
      <ul className={rows.rows} aria-label={t('requests.title')}>
        {people.map(person => (
          <li key={person.account} className={rows.middle}>
            <PersonLink person={person} />
            <Group gap="xs">
              <Button
                size="compact-sm"
                variant="default"
                disabled={answer.isPending}
                onClick={() => answer.mutate({ account: person.account, isYes: false })}
                aria-label={t('requests.declineName', { name: person.name })}
              >
                {t('requests.decline')}
              </Button>
              <Button
                size="compact-sm"
                disabled={answer.isPending}
                onClick={() => answer.mutate({ account: person.account, isYes: true })}
                aria-label={t('requests.acceptName', { name: person.name })}
              >
                {t('requests.accept')}
              </Button>
            </Group>
          </li>
        ))}
      </ul>
    </Section>
  )
}
