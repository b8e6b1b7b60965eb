import type { PublishingEvent } from '@borgo/api'
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { useEvent } from '../../api/live.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { ProgressRow } from '../../components/progress-row.tsx'
import { contentQuery } from './content-queries.ts'

interface PublishPathProps {
  group: string
  isOpen: boolean
  onClose: () => void
}

/** Publishes what is on the node's machine already: it stays there, and folders can be shared this way. */
export function PublishPath({ group, isOpen, onClose }: PublishPathProps) {
  const { t } = useTranslation(['content', 'components'])
  const queries = useQueryClient()
  const [path, setPath] = useState('')
  const [reading, setReading] = useState<PublishingEvent>()
  const publish = useMutation({
    mutationFn: (path: string) => client.content.publish({ params: { group }, body: { path } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: contentQuery(group).queryKey })
      setPath('')
      onClose()
    },
    onSettled: () => setReading(undefined)
  })
  const given = path.trim()
  useEvent('publishing', event => {
    if (publish.isPending && event.group === group && event.path === publish.variables) setReading(event)
  })
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('path.title')}
      closeButtonProps={{ 'aria-label': t('components:close') }}
    >
      <form
        onSubmit={event => {
          event.preventDefault()
          if (given !== '') publish.mutate(given)
        }}
      >
        <Stack>
          <Text fz="sm" c="dimmed">
            {t('path.intro')}
          </Text>
          <TextInput
            label={t('path.label')}
            description={t('path.hint')}
            value={path}
            onChange={event => setPath(event.currentTarget.value)}
            maxLength={4096}
            data-autofocus
          />
          {reading && <ProgressRow label={t('path.reading')} done={reading.doneBytes} total={reading.bytes} />}
          {publish.isError && <ErrorNotice error={publish.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={publish.isPending} disabled={given === ''}>
              {t('path.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
