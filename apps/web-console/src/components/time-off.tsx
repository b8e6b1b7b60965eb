import { Tooltip, VisuallyHidden } from '@mantine/core'
import { IconClockExclamation } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'

/** A mark that the time beside it was written by a clock that was wrong. */
export function TimeOff() {
  const { t } = useTranslation('components')
  return (
    <Tooltip label={t('timeOff')}>
      <span style={{ display: 'inline-flex', verticalAlign: 'text-bottom' }}>
        <IconClockExclamation size={15} aria-hidden />
        <VisuallyHidden>{t('timeOff')}</VisuallyHidden>
      </span>
    </Tooltip>
  )
}
