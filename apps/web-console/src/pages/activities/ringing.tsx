import type { Activity } from '@borgo/api'
import { Button, Group, Paper, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconBellRinging } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'react-router'
import { contactLabel, contactsQuery } from '../../components/contact-queries.ts'
import { House } from '../../components/house.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { useErrorText } from '../../errors/error-text.ts'
import styles from './activities.module.css'
import { useAnswer } from './activity-queries.ts'

/**
 * The invitation that waits for an answer, on top of whatever page is open; the page of the invitations shows all of
 * them itself. What is put off stays quiet here until the console is opened again.
 */
export function Ringing({ activities }: { activities: Activity[] }) {
  const { t } = useTranslation('activities')
  const { pathname } = useLocation()
  const [later, setLater] = useState<readonly string[]>([])
  const [first, ...others] = activities.filter(({ id }) => !later.includes(id))
  if (!first || pathname === '/people/activities') return null
  const rest = others.length
  return (
    <section aria-label={t('ringing')} aria-live="assertive" className={styles.ringing}>
      <Ring key={first.id} activity={first} onLater={() => setLater([...later, first.id])} />
      {rest > 0 && (
        <Button component={Link} to="/people/activities" variant="default" size="compact-sm">
          {t('more', { count: rest })}
        </Button>
      )}
    </section>
  )
}

interface RingProps {
  activity: Activity
  onLater: () => void
}

function Ring({ activity, onLater }: RingProps) {
  const { account, app, expiresAt, id, message } = activity
  const { t } = useTranslation('activities')
  const errorText = useErrorText()
  const { data: contacts = [] } = useQuery(contactsQuery)
  const contact = contacts.find(one => one.account === account)
  const name = contact ? contactLabel(contact) : activity.name
  const answer = useAnswer()
  // Beside the ring, which may be gone by then: somebody else's answer can be what went wrong.
  const say = (isYes: boolean): void =>
    answer.mutate(
      { id, isYes },
      {
        onError: error => {
          const { help, what } = errorText(error)
          notifications.show({ color: 'red', title: what, message: help, autoClose: false })
        },
        onSuccess: () =>
          notifications.show({ color: 'olive', message: t(isYes ? 'accepted' : 'declined', { app, name }) })
      }
    )
  return (
    <Paper shadow="lg" radius="lg" p="md" withBorder className={styles.ring}>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <House id={account} size={40} />
        <div style={{ flex: 1, minWidth: 0 }}>
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            <IconBellRinging size={16} aria-hidden style={{ verticalAlign: '-2px', marginRight: 6 }} />
            {t('invites', { name, app })}
          </Text>
          {message !== '' && (
            <Text lineClamp={3} style={{ overflowWrap: 'anywhere' }}>
              {message}
            </Text>
          )}
          <Text fz="xs" c="dimmed">
            {t('until')} <RelativeTime at={expiresAt} />
          </Text>
        </div>
      </Group>
      <Group justify="flex-end" gap="xs" mt="sm">
        <Button variant="subtle" size="xs" onClick={onLater} aria-label={t('laterName', { name, app })}>
          {t('later')}
        </Button>
        <Button
          variant="default"
          size="xs"
          disabled={answer.isPending}
          onClick={() => say(false)}
          aria-label={t('declineName', { name, app })}
        >
          {t('decline')}
        </Button>
        <Button
          size="xs"
          disabled={answer.isPending}
          onClick={() => say(true)}
          aria-label={t('acceptName', { name, app })}
        >
          {t('accept')}
        </Button>
      </Group>
    </Paper>
  )
}
