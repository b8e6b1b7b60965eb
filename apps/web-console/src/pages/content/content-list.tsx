import type { SharedContent } from '@borgo/api'
import { Badge, Group, Stack, Text } from '@mantine/core'
import { IconFile, IconFolder } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ByteSize } from '../../components/byte-size.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import styles from './content.module.css'
import { GetButton } from './get-button.tsx'

/** What a group shares. */
export function ContentList({ content }: { content: SharedContent[] }) {
  const { t } = useTranslation('content')
  return (
    <Section title={t('list.title')}>
      <Stack component="ul" gap={0} className={styles.plain ?? ''}>
        {content.map(each => (
          <li key={each.cid} className={styles.entry}>
            <ContentEntry content={each} />
          </li>
        ))}
      </Stack>
    </Section>
  )
}

function ContentEntry({ content }: { content: SharedContent }) {
  const { t } = useTranslation('content')
  const { bytes, cid, files, group, held, name, publishedAt, publisher } = content
  const Icon = files === undefined ? IconFile : IconFolder
  return (
    <>
      <Icon size={24} stroke={1.5} aria-hidden style={{ flexShrink: 0 }} />
      <div className={styles.words}>
        <Group gap="xs">
          <Link to={`/content/${group}/${cid}`} className={styles.name}>
            {name}
          </Link>
          {held.state !== 'none' && (
            <Badge color={held.state === 'faulty' ? 'red' : held.state === 'whole' ? 'olive' : 'gray'}>
              {t(`held.${held.state}`)}
            </Badge>
          )}
        </Group>
        <Text fz="sm" c="dimmed">
          <ByteSize bytes={bytes} />
          {files !== undefined && ` · ${t('list.files', { count: files })}`} · {t('list.by', { name: publisher })} ·{' '}
          <RelativeTime at={publishedAt} />
        </Text>
      </div>
      <GetButton content={content} />
    </>
  )
}
