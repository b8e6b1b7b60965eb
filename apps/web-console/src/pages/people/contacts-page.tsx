import type { Contact } from '@borgo/api'
import { Button, Skeleton } from '@mantine/core'
import { IconId, IconUserPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { contactLabel, contactsQuery } from '../../components/contact-queries.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { AddContact } from './add-contact.tsx'
import { BlockedPeople } from './blocked-people.tsx'
import { ContactList } from './contact-list.tsx'
import { ContactsFile } from './contacts-file.tsx'
import { MyCard } from './my-card.tsx'
import { PendingRequests } from './pending-requests.tsx'
import { PeoplePage } from './people-page.tsx'
import { Requests } from './requests.tsx'

/** The people this person knows, and those who would like to. */
export function ContactsPage() {
  const { t } = useTranslation('people')
  const contacts = useQuery(contactsQuery)
  // In the address, so that the palette and other pages can link to it.
  const [search, setSearch] = useSearchParams()
  const dialog = search.get('do')
  const close = (): void => setSearch({}, { replace: true })

  const actions = (
    <>
      <Button variant="default" leftSection={<IconId size={18} />} onClick={() => setSearch({ do: 'card' })}>
        {t('card.open')}
      </Button>
      <Button leftSection={<IconUserPlus size={18} />} onClick={() => setSearch({ do: 'add' })}>
        {t('add.open')}
      </Button>
    </>
  )
  const people = (contacts.data ?? []).toSorted((a, b) => contactLabel(a).localeCompare(contactLabel(b)))
  const open = people.filter(({ blocked }) => !blocked)
  const inState = (...states: Contact['state'][]): Contact[] => open.filter(({ state }) => states.includes(state))
  const known = inState('contact')

  return (
    <PeoplePage title={t('title')} intro={t('intro')} actions={known.length > 0 && actions}>
      {contacts.isPending && <Skeleton height={140} radius="lg" />}
      {contacts.isError && <ErrorNotice error={contacts.error} onRetry={() => void contacts.refetch()} />}
      <Requests people={inState('asked')} />
      {contacts.isSuccess && known.length === 0 && (
        <EmptyState title={t('empty.title')} actions={actions}>
          {t('empty.body')}
        </EmptyState>
      )}
      <ContactList people={known} />
      <PendingRequests people={inState('asking', 'declined')} />
      <BlockedPeople people={people.filter(({ blocked }) => blocked)} />
      {contacts.isSuccess && <ContactsFile />}
      <AddContact isOpen={dialog === 'add'} onClose={close} />
      <MyCard isOpen={dialog === 'card'} onClose={close} />
    </PeoplePage>
  )
}
