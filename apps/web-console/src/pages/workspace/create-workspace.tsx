import type { Group } from '@borgo/api'
import { Select } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { client } from '../../api/client.ts'
import { groupLabel } from '../../components/group-label.ts'
import { NameDialog } from '../../components/name-dialog.tsx'
import { workspacesQuery } from './workspace-queries.ts'

interface CreateWorkspaceProps {
  /** Those that this person may write in; at least one. */
  groups: Group[]
  isOpen: boolean
  onClose: () => void
}

/** Asks for a group and a name, founds the workspace and goes there. */
export function CreateWorkspace({ groups, isOpen, onClose }: CreateWorkspaceProps) {
  const { t } = useTranslation('workspace')
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [chosen, setChosen] = useState<string>()
  const group = chosen ?? groups[0]?.id ?? ''
  const create = useMutation({
    mutationFn: (name: string) => client.workspaces.create({ body: { group, name } }),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: workspacesQuery.queryKey })
      await navigate(`/workspace/${id}`)
    }
  })
  return (
    <NameDialog
      isOpen={isOpen}
      onClose={onClose}
      title={t('create.title')}
      label={t('create.name')}
      hint={t('create.nameHint')}
      action={t('create.submit')}
      change={create}
    >
      <Select
        label={t('create.group')}
        description={t('create.groupHint')}
        data={groups.map(each => ({ value: each.id, label: groupLabel(each) }))}
        value={group}
        allowDeselect={false}
        onChange={id => id !== null && setChosen(id)}
      />
    </NameDialog>
  )
}
