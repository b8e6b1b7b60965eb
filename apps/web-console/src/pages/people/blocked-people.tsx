import type { Contact } from '@borgo/api'
import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { contactLabel } from '../../components/contact-queries.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Section } from '../../components/section.tsx'
import rows from '../../components/rows.module.css'
import { useContactChange } from './contact-change.ts'
import { PersonLink } from './person-link.tsx'

/** Who is shut out; nothing where nobody is. */
export function BlockedPeople({ people }: { people: Contact[] }) {
  const { t } = useTranslation('people')
  const unblock = useContactChange((account: string) => client.contacts.unblock({ params: { account } }))
  if (people.length === 0) return null
  return (
    <Section title={t('block.people')} intro={t('block.intro')}>
      {unblock.isError && <ErrorNotice error={unblock.error} />}
      <ul className={rows.rows} aria-label={t('block.people')}>
        {people.map(person => (
          <li key={person.account} className={rows.middle}>
            <PersonLink person={person} />
            <Button
              size="compact-sm"
              variant="default"
              disabled={unblock.isPending}
              onClick={() => unblock.mutate(person.account)}
              aria-label={t('block.endName', { name: contactLabel(person) })}
            >
              {t('block.end')}
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  )
}
