import { Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useScopes } from './scope.ts'

/** Whom something is shown to. */
export function ScopeSelect({ value, onChange }: { value: string; onChange: (scope: string) => void }) {
  const { t } = useTranslation('shown')
  return (
    <Select
      label={t('publish.to')}
      data={useScopes()}
      value={value}
      allowDeselect={false}
      onChange={chosen => onChange(chosen ?? value)}
    />
  )
}
