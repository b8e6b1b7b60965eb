import type { Peer } from '@borgo/api'
import { ActionIcon, Menu } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconDots, IconDoorExit, IconInfoCircle, IconPlugConnectedX } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { useErrorText } from '../../errors/error-text.ts'
import { KeepOutDialog } from './keep-out-dialog.tsx'
import { PeerDialog } from './peer-dialog.tsx'
import { peersQuery } from './peer-queries.ts'

/** What one can look at and do about a connected device. */
export function PeerMenu({ peer }: { peer: Peer }) {
  const { t } = useTranslation('overview')
  const queries = useQueryClient()
  const errorText = useErrorText()
  // What a dialog was opened from is gone with the menu; the focus goes back to the menu's button.
  const button = useRef<HTMLButtonElement>(null)
  const onClose = (): void => button.current?.focus()
  const [isLooking, looking] = useDisclosure(false, { onClose })
  const [isKeepingOut, keepingOut] = useDisclosure(false, { onClose })
  const name = peer.name ?? peer.device
  const disconnect = useMutation({
    mutationFn: () => client.peers.disconnect({ params: { device: peer.device } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: peersQuery.queryKey })
      notifications.show({ color: 'olive', message: t('manage.disconnected', { name }) })
    },
    onError: error => {
      const { what, help } = errorText(error)
      notifications.show({ color: 'red', title: what, message: help })
    }
  })
  return (
    <>
      <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <ActionIcon ref={button} variant="subtle" aria-label={t('manage.open', { name })}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconInfoCircle size={16} aria-hidden />} onClick={looking.open}>
            {t('manage.details')}
          </Menu.Item>
          <Menu.Item leftSection={<IconPlugConnectedX size={16} aria-hidden />} onClick={() => disconnect.mutate()}>
            {t('manage.disconnect')}
          </Menu.Item>
          <Menu.Item leftSection={<IconDoorExit size={16} aria-hidden />} onClick={keepingOut.open}>
            {t('manage.keepOut')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <PeerDialog peer={peer} isOpen={isLooking} onClose={looking.close} />
      <KeepOutDialog peer={peer} isOpen={isKeepingOut} onClose={keepingOut.close} />
    </>
  )
}
