import type { NameRecord } from '@borgo/api'
import { Badge, Button, Collapse, Group, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconPlugConnected } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { client } from '../../api/client.ts'
import { CopyField } from '../../components/copy-field.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { House } from '../../components/house.tsx'
import { useKnownPeople } from '../../components/known-people.ts'
import { RelativeTime } from '../../components/relative-time.tsx'
import rows from '../../components/rows.module.css'
import { useFormat } from '../../i18n/format.ts'
import { statusQuery } from '../../shell/node-queries.ts'
import { peersQuery } from '../overview/peer-queries.ts'
import { NameData } from './name-data.tsx'
import styles from './names.module.css'
import { PlaceBadge } from './place-badge.tsx'

/** What one device says of a name, and what can be done with it. */
export function FoundName({ record }: { record: NameRecord }) {
  const { t } = useTranslation('names')
  const format = useFormat()
  const { account, comment, data, device, expiresAt, issuedAt, label, rttMs } = record
  const [isOpen, details] = useDisclosure(false)
  const id = useId()
  const person = useKnownPeople().find(each => each.account === account)
  const self = useQuery(statusQuery).data?.identity
  const who = self?.account === account ? t('found.you') : person?.name
  return (
    <li className={rows.row}>
      <div className={styles.found}>
        <House id={account} size={40} />
        <div className={rows.what}>
          <Group gap="xs">
            <Text fw={600} className={styles.label ?? ''}>
              {label}
            </Text>
            <PlaceBadge scope={record.scope} group={record.group} />
            {self?.device === device && <Badge color="olive">{t('found.self')}</Badge>}
            {rttMs !== undefined && self?.device !== device && (
              <Badge color="olive">{t('found.far', { time: format.milliseconds(rttMs) })}</Badge>
            )}
          </Group>
          <Text fz="sm" c="dimmed">
            {who === undefined ? t('found.stranger') : t('found.of', { name: who })} · {t('found.said')}{' '}
            <RelativeTime at={issuedAt} />
          </Text>
          {comment !== '' && <Text className={styles.label ?? ''}>{comment}</Text>}
          <NameData data={data} label={label} />
          <Collapse expanded={isOpen} id={id}>
            <Stack gap={2} pt={4}>
              <Detail label={t('found.name')} value={record.name} what={t('name', { label })} />
              <Detail label={t('found.device')} value={device} what={t('found.copyDevice')} />
              {record.addresses.map(address => (
                <Detail key={address} label={t('found.address')} value={address} what={t('found.copyAddress')} />
              ))}
              <Text fz="sm" c="dimmed">
                {t('state.until', { time: format.dateTime(expiresAt) })}
              </Text>
            </Stack>
          </Collapse>
        </div>
      </div>
      <Group gap="xs">
        <Button size="compact-sm" variant="subtle" onClick={details.toggle} aria-expanded={isOpen} aria-controls={id}>
          {isOpen ? t('found.less') : t('found.more')}
        </Button>
        {self && self.device !== device && (
          <Actions record={record} isKnown={person !== undefined} self={self.account} />
        )}
      </Group>
    </li>
  )
}

function Detail({ label, value, what }: { label: string; value: string; what: string }) {
  return (
    <div>
      <Text fz="xs" c="dimmed">
        {label}
      </Text>
      <CopyField value={value} label={what} />
    </div>
  )
}

function Actions({ record, isKnown, self }: { record: NameRecord; isKnown: boolean; self: string }) {
  const { t } = useTranslation('names')
  const queries = useQueryClient()
  const { account, addresses, device } = record
  const peers = useQuery(peersQuery)
  const isConnected = peers.data?.some(peer => peer.device === device) ?? false
  const own = addresses.filter(address => address.endsWith(`/p2p/${device}`))
  const connect = useMutation({
    mutationFn: () => dialOneOf(own),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: peersQuery.queryKey })
      notifications.show({ color: 'olive', message: t('found.isConnected') })
    }
  })
  const ask = useMutation({
    mutationFn: () => client.contacts.add({ body: { who: account } }),
    onSuccess: ({ name }) => notifications.show({ color: 'olive', message: t('found.isAsked', { name }) })
  })
  const error = connect.error ?? ask.error
  return (
    <>
      {isConnected && (
        <Badge color="olive" leftSection={<IconPlugConnected size={14} aria-hidden />}>
          {t('found.connected')}
        </Badge>
      )}
      {!isConnected && own.length > 0 && (
        <Button size="compact-sm" variant="default" loading={connect.isPending} onClick={() => connect.mutate()}>
          {t('found.connect')}
        </Button>
      )}
      {isKnown && (
        <Button size="compact-sm" component={Link} to={`/people/contacts/${account}`} variant="default">
          {t('found.person')}
        </Button>
      )}
      {!isKnown && isConnected && account !== self && (
        <Button size="compact-sm" variant="default" loading={ask.isPending} onClick={() => ask.mutate()}>
          {t('found.ask')}
        </Button>
      )}
      {error !== null && <ErrorNotice error={error} />}
    </>
  )
}

/** Connects by the first address that leads there. Throws what the last one failed with. */
async function dialOneOf(addresses: readonly string[]): Promise<void> {
  for (const [at, address] of addresses.entries())
    try {
      await client.peers.dial({ body: { address } })
      return
    } catch (error) {
      if (at === addresses.length - 1) throw error
    }
}
