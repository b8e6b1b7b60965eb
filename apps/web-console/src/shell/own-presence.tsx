import type { Identity } from '@borgo/api'
import { UnstyledButton } from '@mantine/core'
import { IconChevronUp } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { PeerName } from '../components/peer-name.tsx'
import { PresenceLine } from '../components/presence-line.tsx'
import { presenceQuery } from '../components/presence-queries.ts'
import styles from './shell.module.css'

/** This person and how they are, as a button that changes it. */
export function OwnPresence({ identity, onClick }: { identity: Identity; onClick: () => void }) {
  const { t } = useTranslation()
  const { data: presence } = useQuery(presenceQuery(identity.account))
  return (
    <UnstyledButton className={styles.me} onClick={onClick} title={t('changePresence')}>
      <IconChevronUp size={16} aria-hidden className={styles.chevron} />
      <PeerName
        id={identity.account}
        name={identity.name}
        isLit={presence?.state !== 'offline'}
        detail={presence && <PresenceLine presence={presence} />}
        size={36}
      />
    </UnstyledButton>
  )
}
