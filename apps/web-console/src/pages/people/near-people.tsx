import type { NearPerson } from '@borgo/api'
import { Badge, Button, Group, Text } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { client } from '../../api/client.ts'
import { contactsQuery } from '../../components/contact-queries.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { PeerName } from '../../components/peer-name.tsx'
import { Section } from '../../components/section.tsx'
import rows from '../../components/rows.module.css'
import { useContactChange } from './contact-change.ts'

/** Who is near: what they are interested in, and whether they are contacts. */
export function NearPeople({ people }: { people: NearPerson[] }) {
  const { t } = useTranslation('people')
  const { data: contacts = [] } = useQuery(contactsQuery)
  const ask = useContactChange((who: string) => client.contacts.add({ body: { who } }))
  return (
    <Section title={t('near.people', { count: people.length })} intro={t('near.peopleIntro')}>
      {ask.isError && <ErrorNotice error={ask.error} />}
      <ul className={rows.rows} aria-label={t('parts.near')}>
        {people.map(({ account, interests, name }) => {
          const contact = contacts.find(one => one.account === account)
          const isKnown = contact?.state === 'contact' || contact?.state === 'asking'
          return (
            <li key={account} className={rows.middle}>
              <div style={{ flex: '1 1 12rem', minWidth: 0 }}>
                <PeerName
                  id={account}
                  name={contact?.nickname ?? name}
                  size={40}
                  detail={
                    interests.length > 0 && (
                      <Group gap={4} mt={2}>
                        {interests.map(interest => (
                          <Badge key={interest} color="gray" styles={{ root: { minWidth: 0 } }}>
                            {interest}
                          </Badge>
                        ))}
                      </Group>
                    )
                  }
                />
              </div>
              {isKnown ? (
                <Group gap="sm">
                  <Text fz="sm" c="dimmed">
                    {t(`standing.${contact.state}`)}
                  </Text>
                  <Button
                    size="compact-sm"
                    variant="default"
                    component={Link}
                    to={`/people/contacts/${account}`}
                    aria-label={t('near.showName', { name })}
                  >
                    {t('near.show')}
                  </Button>
                </Group>
              ) : (
                <Button
                  size="compact-sm"
                  leftSection={<IconUserPlus size={16} aria-hidden />}
                  disabled={ask.isPending}
                  onClick={() => ask.mutate(account)}
                  aria-label={t('near.askName', { name })}
                >
                  {contact?.state === 'asked' ? t('requests.accept') : t('near.ask')}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
