import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { groupsQuery } from '../../components/group-queries.ts'

const NAME_LENGTH = 64

/** Asks for a name, founds the group and goes there. */
export function CreateGroup({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation(['groups', 'components'])
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const create = useMutation({
    mutationFn: (name: string) => client.groups.create({ body: { name } }),
    onSuccess: async group => {
      await queries.invalidateQueries({ queryKey: groupsQuery.queryKey })
      setName('')
      await navigate(`/groups/${group.id}`)
    }
  })
  const given = name.trim()
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('create.title')}
      closeButtonProps={{ 'aria-label': t('components:close') }}
    >
      <form
        onSubmit={event => {
          event.preventDefault()
          if (given !== '') create.mutate(given)
        }}
      >
        <Stack>
          <TextInput
            label={t('create.name')}
            description={t('create.nameHint')}
            value={name}
            onChange={event => setName(event.currentTarget.value)}
            maxLength={NAME_LENGTH}
            data-autofocus
          />
          {create.isError && <ErrorNotice error={create.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={create.isPending} disabled={given === ''}>
              {t('create.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
