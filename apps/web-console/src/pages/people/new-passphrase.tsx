import { PasswordInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** What was typed into both fields. */
export interface Twice {
  first: string
  second: string
}

export const NOTHING_TYPED: Twice = { first: '', second: '' }

/** The passphrase, once it was typed twice alike. */
export function agreed({ first, second }: Twice): string | undefined {
  return first !== '' && first === second ? first : undefined
}

interface NewPassphraseProps {
  label: string
  hint: string
  value: Twice
  onChange: (value: Twice) => void
}

/** A passphrase to be remembered, typed twice. */
export function NewPassphrase({ label, hint, value: { first, second }, onChange }: NewPassphraseProps) {
  const { t } = useTranslation('people')
  return (
    <>
      <PasswordInput
        label={label}
        description={hint}
        value={first}
        onChange={event => onChange({ first: event.currentTarget.value, second })}
        autoComplete="new-password"
        maw="24rem"
      />
      <PasswordInput
        label={t('passphrase.again')}
        value={second}
        onChange={event => onChange({ first, second: event.currentTarget.value })}
        error={second !== '' && !first.startsWith(second) && t('passphrase.other')}
        autoComplete="new-password"
        maw="24rem"
      />
    </>
  )
}
