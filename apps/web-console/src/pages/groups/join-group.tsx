import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { renewGroups } from '../../components/group-queries.ts'

/** Takes a pasted invitation link, joins, and goes to the group. */
export function JoinGroup({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation(['groups', 'components'])
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [link, setLink] = useState('')
  const join = useMutation({
    mutationFn: (link: string) => client.groups.join({ body: { link } }),
    onSuccess: async group => {
      await renewGroups(queries)
      setLink('')
      notifications.show({ color: 'olive', message: t('join.done', { name: group.name }) })
      await navigate(`/groups/${group.id}`)
    }
  })
  // A link that went through a mail or a chat may have been broken over lines.
  const given = link.replace(/\s/g, '')
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('join.title')}
      closeButtonProps={{ 'aria-label': t('components:close') }}
    >
      <form
        onSubmit={event => {
          event.preventDefault()
          if (given !== '') join.mutate(given)
        }}
      >
        <Stack>
          <Textarea
            label={t('join.link')}
            description={t('join.hint')}
            value={link}
            onChange={event => setLink(event.currentTarget.value)}
            minRows={3}
            autosize
            maxRows={8}
            spellCheck={false}
            data-autofocus
          />
          {join.isError && <ErrorNotice error={join.error} />}
          <Group justify="space-between" wrap="nowrap">
            <Text fz="sm" c="dimmed" role="status">
              {join.isPending && t('join.busy')}
            </Text>
            <Button type="submit" loading={join.isPending} disabled={given === ''} style={{ flexShrink: 0 }}>
              {t('join.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
