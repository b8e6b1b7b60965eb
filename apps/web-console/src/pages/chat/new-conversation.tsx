import { Modal, Stack, Text, UnstyledButton } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { useKnownPeople } from '../../components/known-people.ts'
import { PeerName } from '../../components/peer-name.tsx'
import { conversationsQuery } from './chat-queries.ts'
import styles from './chat.module.css'

/** Begins (or finds) the conversation with one person and goes there. */
export function useDirectConversation() {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: (account: string) => client.chat.direct({ body: { account } }),
    onSuccess: async ({ group }) => {
      await queries.invalidateQueries({ queryKey: conversationsQuery.queryKey })
      await navigate(`/chat/${group}`)
    }
  })
}

/** Everybody in one's groups, to choose one to talk to. */
export function NewConversation({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation(['chat', 'components'])
  const direct = useDirectConversation()
  const people = useKnownPeople()
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('person.title')}
      closeButtonProps={{ 'aria-label': t('components:close') }}
    >
      {direct.isError && <ErrorNotice error={direct.error} />}
      {people.length === 0 && <Text c="dimmed">{t('person.none')}</Text>}
      <Stack gap={0} role="group" aria-label={t('person.label')}>
        {people.map(person => (
          <UnstyledButton
            key={person.account}
            className={styles.entry}
            disabled={direct.isPending}
            onClick={() => direct.mutate(person.account, { onSuccess: onClose })}
          >
            <PeerName
              id={person.account}
              name={person.name}
              isOnline={person.isOnline}
              mayBeOnline={person.mayBeOnline}
            />
          </UnstyledButton>
        ))}
      </Stack>
    </Modal>
  )
}
