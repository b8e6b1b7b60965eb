import { Group, Modal, Skeleton, Stack, Text } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { CopyField } from '../../components/copy-field.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { QrCode } from '../../components/qr-code.tsx'

/** Made anew each time: it says where this person can be reached now. */
const cardQuery = queryOptions({
  queryKey: ['contacts', 'card'],
  queryFn: ({ signal }) => client.contacts.card({ signal }),
  gcTime: 0
})

/** This person's card, as a link and a QR code. */
export function MyCard({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation(['people', 'components'])
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('card.open')}
      closeButtonProps={{ 'aria-label': t('components:close') }}
    >
      <Card />
    </Modal>
  )
}

function Card() {
  const { t } = useTranslation('people')
  const card = useQuery(cardQuery)
  if (card.isPending) return <Skeleton height={280} />
  if (card.isError) return <ErrorNotice error={card.error} onRetry={() => void card.refetch()} />
  const { link } = card.data
  return (
    <Stack>
      <Text>{t('card.body')}</Text>
      <Group justify="center">
        <QrCode text={link} label={t('card.qr')} size={320} />
      </Group>
      <CopyField value={link} label={t('card.link')} keep={16} />
      <Text fz="sm" c="dimmed">
        {t('card.hint')}
      </Text>
    </Stack>
  )
}
