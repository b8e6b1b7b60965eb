import type { SharedContent } from '@borgo/api'
import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { contentQuery } from './content-queries.ts'

/** Gives up the node's copy, to get room or to serve it no more. */
export function DiscardButton({ content: { cid, group, held, name } }: { content: SharedContent }) {
  const { t } = useTranslation('content')
  const queries = useQueryClient()
  const [isAsking, asking] = useDisclosure(false)
  const discard = useMutation({
    mutationFn: () => client.content.discard({ params: { group, cid } }),
    onSuccess: async () => {
      asking.close()
      await queries.invalidateQueries({ queryKey: contentQuery(group).queryKey })
    }
  })
  if (held.state !== 'whole') return null
  const how = held.isOwned ? 'kept' : 'own'
  return (
    <>
      <Button variant="default" onClick={asking.open}>
        {t(`discard.${how}.open`)}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={asking.close}
        title={t(`discard.${how}.title`, { name })}
        action={t(`discard.${how}.open`)}
        onConfirm={() => discard.mutate()}
        isBusy={discard.isPending}
        error={discard.error}
      >
        {t(`discard.${how}.body`)}
      </ConfirmDialog>
    </>
  )
}
