import { Group, Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useKnownPeople } from '../../components/known-people.ts'
import styles from './chat.module.css'

/** Spans to look back, days. */
const SPANS = [7, 30, 365] as const

/** Whose messages are looked for, and how far back; all where undefined. */
export interface Filter {
  by: string | undefined
  days: number | undefined
}

interface SearchFilterProps {
  filter: Filter
  onChange: (filter: Filter) => void
}

/** Narrows a search to one person and to the last days. */
export function SearchFilter({ filter, onChange }: SearchFilterProps) {
  const { t } = useTranslation('chat')
  const people = useKnownPeople()
  return (
    <Group gap="xs" wrap="nowrap" grow className={styles.filter ?? ''}>
      <Select
        size="xs"
        aria-label={t('search.by')}
        placeholder={t('search.anybody')}
        data={people.map(({ account, name }) => ({ value: account, label: name }))}
        value={filter.by ?? null}
        onChange={by => onChange({ ...filter, by: by ?? undefined })}
        clearable
        searchable
      />
      <Select
        size="xs"
        aria-label={t('search.when')}
        placeholder={t('search.ever')}
        data={SPANS.map(days => ({ value: String(days), label: t('search.days', { count: days }) }))}
        value={filter.days === undefined ? null : String(filter.days)}
        onChange={days => onChange({ ...filter, days: days === null ? undefined : Number(days) })}
        clearable
      />
    </Group>
  )
}

/** What the address says: `by` and `days`, beside the words in `find`. */
export function filterOf(search: URLSearchParams): Filter {
  const days = Number(search.get('days'))
  return { by: search.get('by') ?? undefined, days: SPANS.find(span => span === days) }
}

/** The part of the address that says what is looked for. */
export function searchParameters(words: string, { by, days }: Filter): Record<string, string> {
  if (words === '') return {}
  return { find: words, ...(by !== undefined && { by }), ...(days !== undefined && { days: String(days) }) }
}
