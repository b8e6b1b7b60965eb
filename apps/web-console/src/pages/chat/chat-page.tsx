import { Button, Skeleton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useParams, useSearchParams } from 'react-router'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { WordsField } from '../../components/words-field.tsx'
import { conversationsQuery } from './chat-queries.ts'
import styles from './chat.module.css'
import { ConversationList } from './conversation-list.tsx'
import { ConversationView } from './conversation-view.tsx'
import { FoundList } from './found-list.tsx'
import { NewConversation } from './new-conversation.tsx'
import { SearchFilter, filterOf, searchParameters } from './search-filter.tsx'
import type { Filter } from './search-filter.tsx'

/** Conversations beside the chosen one; on a phone one or the other. */
export function ChatPage() {
  const { t } = useTranslation('chat')
  const { group } = useParams()
  const conversations = useQuery(conversationsQuery)
  // In the address, so that one comes back from a message to what was found.
  const [search, setSearch] = useSearchParams()
  const words = search.get('find') ?? ''
  const filter = filterOf(search)
  const look = (find: string, by: Filter): void => setSearch(searchParameters(find, by), { replace: true })
  const [isStarting, starting] = useDisclosure(false)

  if (conversations.isPending) return <Skeleton height={320} radius="lg" />
  if (conversations.isError)
    return <ErrorNotice error={conversations.error} onRetry={() => void conversations.refetch()} />
  const chosen = conversations.data.find(each => each.group === group)
  return (
    <>
      <div className={group === undefined ? undefined : styles.wideOnly}>
        <PageHeader
          title={t('title')}
          actions={
            conversations.data.length > 0 && (
              <Button leftSection={<IconPlus size={18} />} onClick={starting.open}>
                {t('start')}
              </Button>
            )
          }
        />
      </div>
      {conversations.data.length === 0 ? (
        <EmptyState
          title={t('empty.title')}
          actions={
            <Button component={Link} to="/groups">
              {t('empty.groups')}
            </Button>
          }
        >
          {t('empty.body')}
        </EmptyState>
      ) : (
        <div className={styles.panes} data-open={group !== undefined}>
          <div className={styles.side}>
            <search className={styles.search}>
              <WordsField
                aria-label={t('search.label')}
                placeholder={t('search.placeholder')}
                clear={t('search.clear')}
                words={words}
                onChange={find => look(find, filter)}
              />
            </search>
            {words !== '' && <SearchFilter filter={filter} onChange={changed => look(words, changed)} />}
            {words === '' ? (
              <ConversationList conversations={conversations.data} chosen={group} />
            ) : (
              <FoundList words={words} filter={filter} conversations={conversations.data} />
            )}
          </div>
          <section className={styles.view}>
            {chosen ? (
              <ConversationView key={chosen.group} conversation={chosen} sought={search.get('message') ?? undefined} />
            ) : (
              <EmptyState title={group === undefined ? t('choose') : t('unknown')} />
            )}
          </section>
        </div>
      )}
      <NewConversation isOpen={isStarting} onClose={starting.close} />
    </>
  )
}
