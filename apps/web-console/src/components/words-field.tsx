import { CloseButton, TextInput, type TextInputProps } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'

/** After the last key, ms. */
const PAUSE_MS = 250
/** The API takes no more. */
const MOST_CHARACTERS = 512

interface WordsFieldProps extends Pick<TextInputProps, 'aria-label' | 'label' | 'placeholder'> {
  /** What is looked for; shown when it becomes something else than was told. */
  words: string
  /** Names the button that empties the field; without it there is none. */
  clear?: string
  /** Shortly after the last key, without spaces at the ends; at once when emptied. */
  onChange: (words: string) => void
}

/** Where one writes the words to search for. */
export function WordsField({ words, clear, onChange, ...input }: WordsFieldProps) {
  const [text, setText] = useState(words)
  const [told, setTold] = useState(words)
  const [seen, setSeen] = useState(words)
  const tell = useDebouncedCallback((typed: string) => {
    setTold(typed)
    onChange(typed)
  }, PAUSE_MS)
  if (words !== seen) {
    setSeen(words)
    if (words !== told) {
      setTold(words)
      setText(words)
    }
  }
  return (
    <TextInput
      {...input}
      type="search"
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        clear !== undefined &&
        text !== '' && (
          <CloseButton
            size="sm"
            aria-label={clear}
            onClick={() => {
              tell.cancel()
              setText('')
              setTold('')
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
  )
}
