import type { Token } from '@borgo/api'
import { Badge, Button, Skeleton, Table, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import { tokensQuery } from './access-queries.ts'
import { TokenDialog } from './token-dialog.tsx'

/** The keys that programs have been given. */
export function Tokens() {
  const { t } = useTranslation('settings')
  const queries = useQueryClient()
  const tokens = useQuery(tokensQuery)
  const [isCreating, creating] = useDisclosure(false)
  const [revoking, setRevoking] = useState<Token>()
  const revoke = useMutation({
    mutationFn: (id: string) => client.access.revokeToken({ params: { id } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: tokensQuery.queryKey })
      setRevoking(undefined)
    }
  })
  return (
    <Section
      title={t('tokens.title')}
      actions={
        <Button variant="default" onClick={creating.open}>
          {t('tokens.create')}
        </Button>
      }
    >
      {tokens.isPending && <Skeleton height={40} />}
      {tokens.isError && <ErrorNotice error={tokens.error} onRetry={() => void tokens.refetch()} />}
      {tokens.data?.length === 0 && <Text c="dimmed">{t('tokens.none')}</Text>}
      {tokens.isSuccess && tokens.data.length > 0 && (
        <Table verticalSpacing="sm" aria-label={t('tokens.title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('tokens.name')}</Table.Th>
              <Table.Th>{t('tokens.scope')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('tokens.created')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('tokens.expires')}</Table.Th>
              <Table.Th aria-label={t('tokens.revoke')} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {tokens.data.map(token => (
              <Table.Tr key={token.id}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{token.name}</Table.Td>
                <Table.Td>
                  <Badge color={token.scope === 'admin' ? 'terracotta' : 'gray'}>{t(`tokens.${token.scope}`)}</Badge>
                </Table.Td>
                <Table.Td visibleFrom="sm">
                  <RelativeTime at={token.createdAt} />
                </Table.Td>
                <Table.Td visibleFrom="sm">
                  {token.expiresAt === undefined ? t('tokens.never') : <RelativeTime at={token.expiresAt} />}
                </Table.Td>
                <Table.Td ta="right">
                  <Button size="compact-sm" variant="default" onClick={() => setRevoking(token)}>
                    {t('tokens.revoke')}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <TokenDialog isOpen={isCreating} onClose={creating.close} />
      <ConfirmDialog
        isOpen={revoking !== undefined}
        onClose={() => setRevoking(undefined)}
        title={t('tokens.revokeTitle', { name: revoking?.name ?? '' })}
        action={t('tokens.revoke')}
        onConfirm={() => revoking && revoke.mutate(revoking.id)}
        isBusy={revoke.isPending}
        error={revoke.error}
      >
        {t('tokens.revokeBody')}
      </ConfirmDialog>
    </Section>
  )
}
