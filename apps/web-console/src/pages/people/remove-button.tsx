import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconUserMinus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { client } from '../../api/client.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { useContactChange } from './contact-change.ts'

/** Forgets somebody, after asking. */
export function RemoveButton({ account, name }: { account: string; name: string }) {
  const { t } = useTranslation('people')
  const navigate = useNavigate()
  const [isAsking, asking] = useDisclosure(false)
  const remove = useContactChange(
    () => client.contacts.remove({ params: { account } }),
    () => void navigate('/people')
  )
  return (
    <>
      <Button variant="default" leftSection={<IconUserMinus size={18} />} onClick={asking.open}>
        {t('remove.open')}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={asking.close}
        title={t('remove.title', { name })}
        action={t('remove.open')}
        onConfirm={() => remove.mutate()}
        isBusy={remove.isPending}
        error={remove.error}
      >
        {t('remove.body')}
      </ConfirmDialog>
    </>
  )
}
