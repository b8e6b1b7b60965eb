import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { client } from '../../api/client.ts'
import { renewGroups } from '../../components/group-queries.ts'
import { NameDialog } from '../../components/name-dialog.tsx'

/** Asks for a name, founds the group and goes there. */
export function CreateGroup({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation('groups')
  const queries = useQueryClient()
  const navigate = useNavigate()
  const create = useMutation({
    mutationFn: (name: string) => client.groups.create({ body: { name } }),
    onSuccess: async group => {
      await renewGroups(queries)
      await navigate(`/groups/${group.id}`)
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
    />
  )
}
