import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconBan } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { useContactChange } from './contact-change.ts'

interface BlockButtonProps {
  account: string
  name: string
  isBlocked: boolean
}

/** Shuts somebody out, or lets them be heard again. */
export function BlockButton({ account, name, isBlocked }: BlockButtonProps) {
  const { t } = useTranslation('people')
  const [isAsking, asking] = useDisclosure(false)
  const block = useContactChange(() => client.contacts.block({ params: { account } }), asking.close)
  const unblock = useContactChange(() => client.contacts.unblock({ params: { account } }))
  if (isBlocked)
    return (
      <Button variant="default" loading={unblock.isPending} onClick={() => unblock.mutate()}>
        {t('block.end')}
      </Button>
    )
  return (
    <>
      <Button variant="default" leftSection={<IconBan size={18} />} onClick={asking.open}>
        {t('block.open')}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={asking.close}
        title={t('block.title', { name })}
        action={t('block.open')}
        onConfirm={() => block.mutate()}
        isBusy={block.isPending}
        error={block.error}
      >
        {t('block.body')}
      </ConfirmDialog>
    </>
  )
}
