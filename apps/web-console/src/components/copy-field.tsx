import { ActionIcon, CopyButton, Group, Text, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'

interface CopyFieldProps {
  /** What is copied. */
  value: string
  /** What it is: names the button, `Copy the device id`. */
  label: string
  /** Characters kept of each end when shortened; the whole value when left out. */
  keep?: number
}

/** An id, address or link with a button that copies all of it. */
export function CopyField({ value, label, keep }: CopyFieldProps) {
  const { t } = useTranslation('components')
  const isShort = keep !== undefined && value.length > 2 * keep + 1
  return (
    <Group gap={4} wrap="nowrap" style={{ minWidth: 0 }}>
      <Text
        component="code"
        ff="monospace"
        fz="sm"
        title={isShort ? value : undefined}
        style={{ overflowWrap: 'anywhere' }}
      >
        {isShort ? `${value.slice(0, keep)}…${value.slice(-keep)}` : value}
      </Text>
      <CopyButton value={value} timeout={1500}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t('copied') : t('copy', { what: label })}>
            <ActionIcon
              variant="subtle"
              color={copied ? 'olive' : 'gray'}
              onClick={copy}
              aria-label={copied ? t('copied') : t('copy', { what: label })}
            >
              {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Group>
  )
}
