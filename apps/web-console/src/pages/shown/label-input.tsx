import { TextInput, type TextInputProps } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { isLabel } from '../../components/data-limit.ts'

interface LabelInputProps extends Omit<TextInputProps, 'value' | 'onChange' | 'error'> {
  value: string
  onChange: (value: string) => void
}

/** A word that programs read: an id, a media type. Says what is wrong with it once there is something. */
export function LabelInput({ onChange, value, ...rest }: LabelInputProps) {
  const { t } = useTranslation('shown')
  return (
    <TextInput
      {...rest}
      value={value}
      onChange={event => onChange(event.currentTarget.value)}
      error={isBadLabel(value) && t('publish.badLabel')}
      spellCheck={false}
    />
  )
}

/** Whether something was written that cannot be. */
export const isBadLabel = (value: string): boolean => value.trim() !== '' && !isLabel(value.trim())
