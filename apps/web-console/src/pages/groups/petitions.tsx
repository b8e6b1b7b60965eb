import type { Group, Petition } from '@borgo/api'
import { Button, Group as Row, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { PeerName } from '../../components/peer-name.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import { useGroupChange } from './group-change.ts'
import { petitionsQuery } from './petition-queries.ts'

/** Who asks to be let in, for those who answer. */
export function Petitions({ group }: { group: Group }) {
  const { t } = useTranslation('groups')
  const petitions = useQuery(petitionsQuery(group))
  return (
    <Section title={t('petitions.title')} intro={t('petitions.intro')}>
      {petitions.isError && <ErrorNotice error={petitions.error} onRetry={() => void petitions.refetch()} />}
      <Stack gap="md">
        {petitions.data?.map(petition => (
          <PetitionRow key={petition.id} group={group} petition={petition} />
        ))}
      </Stack>
    </Section>
  )
}

function PetitionRow({ group, petition }: { group: Group; petition: Petition }) {
  const { t } = useTranslation('groups')
  const params = { group: group.id, petition: petition.id }
  const accept = useGroupChange(() => client.groups.accept({ params }))
  const decline = useGroupChange(() => client.groups.decline({ params }))
  const [isAsking, asking] = useDisclosure(false)
  return (
    <div>
      <Row justify="space-between" gap="sm">
        <PeerName
          id={petition.account}
          name={petition.name}
          detail={
            <Text fz="xs" c="dimmed">
              {t('petitions.asks', { role: t(`role.${petition.role}`) })} · <RelativeTime at={petition.askedAt} />
            </Text>
          }
        />
        <Row gap="xs">
          <Button size="compact-sm" variant="default" onClick={asking.open}>
            {t('petitions.decline')}
          </Button>
          <Button size="compact-sm" loading={accept.isPending} onClick={() => accept.mutate()}>
            {t('petitions.accept')}
          </Button>
        </Row>
      </Row>
      {accept.isError && <ErrorNotice error={accept.error} />}
      <ConfirmDialog
        isOpen={isAsking}
        onClose={asking.close}
        title={t('petitions.declineTitle', { name: petition.name })}
        action={t('petitions.decline')}
        onConfirm={() => decline.mutate()}
        isBusy={decline.isPending}
        error={decline.error}
      >
        {t('petitions.declineBody')}
      </ConfirmDialog>
    </div>
  )
}
