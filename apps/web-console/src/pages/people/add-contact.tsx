import { Button, Group, Modal, Stack, Textarea } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { contactLabel } from '../../components/contact-queries.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { useContactChange } from './contact-change.ts'

interface DialogProps {
  isOpen: boolean
  onClose: () => void
}

/** Takes somebody's card and asks them to become a contact. */
export function AddContact({ isOpen, onClose }: DialogProps) {
  const { t } = useTranslation(['people', 'components'])
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('add.title')}
      closeButtonProps={{ 'aria-label': t('components:close') }}
    >
      <AddForm onDone={onClose} />
    </Modal>
  )
}

function AddForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('people')
  const [card, setCard] = useState('')
  const add = useContactChange(
    (who: string) => client.contacts.add({ body: { who } }),
    person => {
      const done = person.state === 'contact' ? 'add.isContact' : 'add.isAsked'
      notifications.show({ color: 'olive', message: t(done, { name: contactLabel(person) }) })
      onDone()
    }
  )
  // A link that went through a mail or a chat may have been broken over lines.
  const given = card.replace(/\s/g, '')
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (given !== '') add.mutate(given)
      }}
    >
      <Stack>
        <Textarea
          label={t('add.card')}
          description={t('add.hint')}
          value={card}
          onChange={event => setCard(event.currentTarget.value)}
          minRows={3}
          autosize
          maxRows={8}
          spellCheck={false}
          data-autofocus
        />
        {add.isError && <ErrorNotice error={add.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={add.isPending} disabled={given === ''}>
            {t('add.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
