import { Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { useKnownPeople } from '../../components/known-people.ts'
import { PeerName } from '../../components/peer-name.tsx'
import { Section } from '../../components/section.tsx'
import { statusQuery } from '../../shell/node-queries.ts'
import people from '../people/people.module.css'
import { SeenList } from './seen-list.tsx'
import { seenObjectsQuery } from './shown-queries.ts'

/** What others show, by person. */
export function SeenObjects() {
  const { t } = useTranslation('shown')
  const objects = useQuery(seenObjectsQuery)
  const { data: status } = useQuery(statusQuery)
  const known = useKnownPeople()
  const byPerson = Object.entries(Object.groupBy(objects.data ?? [], ({ account }) => account))
  return (
    <Section title={t('seen.title')} intro={t('seen.intro')}>
      {objects.isPending && <Skeleton height={60} />}
      {objects.isError && <ErrorNotice error={objects.error} onRetry={() => void objects.refetch()} />}
      {objects.data?.length === 0 && <Text c="dimmed">{t('seen.empty')}</Text>}
      {byPerson.map(([account, shown = []]) => {
        const isSelf = account === status?.identity.account
        const name = isSelf ? t('seen.self') : known.find(one => one.account === account)?.name
        const who = <PeerName id={account} name={name ?? account.slice(0, 16)} size={32} />
        return (
          <div key={account} style={{ marginBottom: 'var(--mantine-spacing-sm)' }}>
            {isSelf || name === undefined ? (
              who
            ) : (
              <Link to={`/people/contacts/${account}`} className={people.person} style={{ display: 'block' }}>
                {who}
              </Link>
            )}
            <SeenList objects={shown} label={t('seen.of', { name: name ?? account.slice(0, 16) })} />
          </div>
        )
      })}
    </Section>
  )
}
