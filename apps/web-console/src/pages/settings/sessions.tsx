import type { Session } from '@borgo/api'
import { Button, Group, Modal, Skeleton, Stack, Table, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { CopyField } from '../../components/copy-field.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import { sessionKey } from '../../session/session-query.ts'
import { sessionsQuery } from './access-queries.ts'

/** The browsers that are signed in; each can be ended from here. */
export function Sessions() {
  const { t } = useTranslation(['settings', 'components'])
  const queries = useQueryClient()
  const sessions = useQuery(sessionsQuery)
  const [ending, setEnding] = useState<Session>()
  const signOut = useMutation({
    mutationFn: () => client.access.signOut(),
    onSuccess: () => queries.setQueryData(sessionKey, null)
  })
  const end = useMutation({
    mutationFn: (id: string) => client.access.endSession({ params: { id } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: sessionsQuery.queryKey })
      setEnding(undefined)
    }
  })
  const link = useMutation({ mutationFn: () => client.access.createLink() })
  return (
    <Section
      title={t('access.title')}
      intro={t('access.intro')}
      actions={
        <Button variant="default" onClick={() => link.mutate()} loading={link.isPending}>
          {t('access.link')}
        </Button>
      }
    >
      {sessions.isPending && <Skeleton height={60} />}
      {sessions.isError && <ErrorNotice error={sessions.error} onRetry={() => void sessions.refetch()} />}
      {link.isError && <ErrorNotice error={link.error} />}
      {signOut.isError && <ErrorNotice error={signOut.error} />}
      {sessions.data && (
        <Table verticalSpacing="sm" aria-label={t('access.sessions')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('access.sessions')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('access.signedIn')}</Table.Th>
              <Table.Th>{t('access.used')}</Table.Th>
              <Table.Th aria-label={t('access.end')} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sessions.data.map(session => (
              <Table.Tr key={session.id}>
                <Table.Td fw={session.current ? 600 : undefined}>
                  {session.current ? t('access.current') : t('access.other')}
                </Table.Td>
                <Table.Td visibleFrom="sm">
                  <RelativeTime at={session.createdAt} />
                </Table.Td>
                <Table.Td>
                  <RelativeTime at={session.usedAt} />
                </Table.Td>
                <Table.Td ta="right">
                  {session.current ? (
                    <Button size="compact-sm" variant="default" onClick={() => signOut.mutate()}>
                      {t('access.signOut')}
                    </Button>
                  ) : (
                    <Button size="compact-sm" variant="default" onClick={() => setEnding(session)}>
                      {t('access.end')}
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <ConfirmDialog
        isOpen={ending !== undefined}
        onClose={() => setEnding(undefined)}
        title={t('access.endTitle')}
        action={t('access.end')}
        onConfirm={() => ending && end.mutate(ending.id)}
        isBusy={end.isPending}
        error={end.error}
      >
        {t('access.endBody')}
      </ConfirmDialog>
      <Modal
        opened={link.isSuccess}
        onClose={link.reset}
        title={t('access.linkTitle')}
        closeButtonProps={{ 'aria-label': t('components:close') }}
      >
        {link.data && (
          <Stack>
            <Text>{t('access.linkReady')}</Text>
            <CopyField value={link.data.url} label={t('access.linkName')} keep={24} />
            <Group gap={4}>
              <Text fz="sm" c="dimmed">
                {t('access.expires')} <RelativeTime at={link.data.expiresAt} />
              </Text>
            </Group>
          </Stack>
        )}
      </Modal>
    </Section>
  )
}
