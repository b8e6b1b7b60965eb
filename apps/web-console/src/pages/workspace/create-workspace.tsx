import type { Group } from '@borgo/api'
import { Button, Group as Row, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { groupLabel } from '../../components/group-label.ts'
import { workspacesQuery } from './workspace-queries.ts'

const NAME_LENGTH = 64

interface CreateWorkspaceProps {
  /** Those that this person may write in; at least one. */
  groups: Group[]
  isOpen: boolean
  onClose: () => void
}

/** Asks for a group and a name, founds the workspace and goes there. */
export function CreateWorkspace({ groups, isOpen, onClose }: CreateWorkspaceProps) {
  const { t } = useTranslation(['workspace', 'components'])
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<string>()
  const group = chosen ?? groups[0]?.id ?? ''
  const create = useMutation({
    mutationFn: (name: string) => client.workspaces.create({ body: { group, name } }),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: workspacesQuery.queryKey })
      setName('')
      await navigate(`/workspace/${id}`)
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
          <Select
            label={t('create.group')}
            description={t('create.groupHint')}
            data={groups.map(each => ({ value: each.id, label: groupLabel(each) }))}
            value={group}
            allowDeselect={false}
            onChange={id => id !== null && setChosen(id)}
          />
          {create.isError && <ErrorNotice error={create.error} />}
          <Row justify="flex-end">
            <Button type="submit" loading={create.isPending} disabled={given === ''}>
              {t('create.submit')}
            </Button>
          </Row>
        </Stack>
      </form>
    </Modal>
  )
}
