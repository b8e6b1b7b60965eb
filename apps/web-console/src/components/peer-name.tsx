import { Group, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { House } from './house.tsx'

interface PeerNameProps {
  /** Account or device id: decides the house. Use the account where it is known, so that a person looks the same everywhere. */
  id: string
  /** As the person introduced itself; undefined before that. */
  name: string | undefined
  /** Left out: presence is not shown and the windows are lit. */
  isOnline?: boolean
  /** Not connected, which does not say that somebody is offline. */
  mayBeOnline?: boolean
  /** Whether there is light in the house. @default `isOnline`, else true */
  isLit?: boolean
  isSelf?: boolean
  /** A second line. */
  detail?: ReactNode
  size?: number
}

/** A person: house, name, and in words whether it is you and who is online. */
export function PeerName({
  id,
  name,
  isOnline,
  mayBeOnline = false,
  isLit = isOnline ?? true,
  isSelf = false,
  detail,
  size = 32
}: PeerNameProps) {
  const { t } = useTranslation('components')
  const presence =
    isOnline === undefined ? undefined : t(isOnline ? 'online' : mayBeOnline ? 'notConnected' : 'offline')
  return (
    <Group gap="sm" wrap="nowrap" style={{ minWidth: 0 }}>
      <House id={id} isLit={isLit} size={size} />
      <div style={{ minWidth: 0 }}>
        <Text fw={500} truncate>
          {name ?? t('unnamed')}
          {isSelf && (
            <Text span c="dimmed" fw={400}>
              {` · ${t('you')}`}
            </Text>
          )}
        </Text>
        {presence !== undefined && (
          <Text fz="xs" c={isOnline === true ? 'var(--borgo-well)' : 'dimmed'}>
            {presence}
          </Text>
        )}
        {detail}
      </div>
    </Group>
  )
}
