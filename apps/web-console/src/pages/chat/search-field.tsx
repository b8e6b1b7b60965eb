import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './chat.module.css'

/** After the last key, ms. */
const PAUSE_MS = 250
/** The API takes no more. */
const MOST_CHARACTERS = 512

interface SearchFieldProps {
  /** What is looked for at first. */
  words: string
  /** Shortly after the last key, without spaces at the ends; at once when emptied. */
  onChange: (words: string) => void
}

export function SearchField({ words, onChange }: SearchFieldProps) {
  const { t } = useTranslation('chat')
  const [text, setText] = useState(words)
  const tell = useDebouncedCallback(onChange, PAUSE_MS)
  return (
    <search className={styles.search}>
      <TextInput
        type="search"
        aria-label={t('search.label')}
        placeholder={t('search.placeholder')}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={
          text !== '' && (
            <CloseButton
              size="sm"
              aria-label={t('search.clear')}
              onClick={() => {
                tell.cancel()
                setText('')
                onChange('')
              }}
            />
          )
        }
        value={text}
        maxLength={MOST_CHARACTERS}
        onChange={event => {
          setText(event.currentTarget.value)
          tell(event.currentTarget.value.trim())
        }}
      />
    </search>
  )
}
