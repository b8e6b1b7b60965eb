import type { SharedContent } from '@borgo/api'
import { Button } from '@mantine/core'
import { IconDownload, IconCloudDownload } from '@tabler/icons-react'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { useErrorText } from '../../errors/error-text.ts'
import { transfersQuery } from './content-queries.ts'

interface GetButtonProps {
  content: SharedContent
  /** As that of the buttons beside it. @default 'compact-sm' */
  size?: 'sm' | 'compact-sm'
}

/** Fetches to the node what is not there, and saves from there what is. */
export function GetButton({ content, size = 'compact-sm' }: GetButtonProps) {
  const { t } = useTranslation('content')
  const { cid, files, group, held, name } = content
  if (held.state === 'whole' && files === undefined)
    return (
      <Button
        component="a"
        href={client.content.download.url({ params: { group, cid } })}
        download={name}
        variant="default"
        size={size}
        leftSection={<IconDownload size={16} aria-hidden />}
        aria-label={t('get.saveName', { name })}
      >
        {t('get.save')}
      </Button>
    )
  return held.state === 'whole' ? null : <FetchButton content={content} size={size} />
}

function FetchButton({ content: { cid, group, name }, size }: Required<GetButtonProps>) {
  const { t } = useTranslation('content')
  const queries = useQueryClient()
  const errorText = useErrorText()
  const transfers = useQuery(transfersQuery)
  const fetch = useMutation({
    mutationFn: () => client.content.fetch({ params: { group, cid }, body: {} }),
    onSuccess: () => queries.invalidateQueries({ queryKey: transfersQuery.queryKey }),
    onError: error => {
      const { what, help } = errorText(error)
      notifications.show({ color: 'red', title: what, message: help })
    }
  })
  const isUnderWay = transfers.data?.some(transfer => transfer.cid === cid && transfer.state !== 'done') ?? false
  if (isUnderWay) return null
  return (
    <Button
      size={size}
      leftSection={<IconCloudDownload size={16} aria-hidden />}
      loading={fetch.isPending}
      onClick={() => fetch.mutate()}
      aria-label={t('get.fetchName', { name })}
    >
      {t('get.fetch')}
    </Button>
  )
}
