import { ActionIcon, Button, Group, Select, Stack, TextInput, Tooltip } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/format.ts'
import { DAYS, dayName, type Times } from './times.ts'

/** As many as the node takes. */
const MOST = 14

interface TimesFieldProps {
  times: readonly Times[]
  onChange: (times: Times[]) => void
  /** Only shows them. */
  isFixed: boolean
}

/** Times of the week, each from one day to another and from one time of the day to another. */
export function TimesField({ times, onChange, isFixed }: TimesFieldProps) {
  const { t } = useTranslation('admin')
  const { language } = useFormat()
  const days = DAYS.map(value => ({ value, label: dayName(value, language) }))
  const replace = (index: number, change: Partial<Times>): void =>
    onChange(times.map((each, at) => (at === index ? { ...each, ...change } : each)))
  return (
    <Stack gap="sm" role="group" aria-label={t('times.title')}>
      {times.map((each, index) => (
        <Group key={index} gap="xs" align="flex-end">
          {(['first', 'last'] as const).map(end => (
            <Select
              key={end}
              label={t(`times.${end}`)}
              data={days}
              value={each[end]}
              allowDeselect={false}
              disabled={isFixed}
              onChange={value => replace(index, { [end]: DAYS.find(day => day === value) ?? each[end] })}
              style={{ flex: '1 1 40%' }}
            />
          ))}
          {(['from', 'to'] as const).map(end => (
            <TextInput
              key={end}
              type="time"
              label={t(`times.${end}`)}
              value={each[end] === '24:00' ? '00:00' : each[end]}
              disabled={isFixed}
              required
              withAsterisk={false}
              onChange={event => replace(index, { [end]: event.currentTarget.value })}
              style={{ flex: '1 1 40%' }}
            />
          ))}
          {times.length > 1 && !isFixed && (
            <Tooltip label={t('times.remove')}>
              <ActionIcon
                variant="subtle"
                size="lg"
                aria-label={t('times.remove')}
                onClick={() => onChange(times.filter((_, at) => at !== index))}
              >
                <IconX size={18} aria-hidden />
              </ActionIcon>
            </Tooltip>
          )}
        </Group>
      ))}
      {!isFixed && times.length < MOST && (
        <div>
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => onChange([...times, { first: 'sat', last: 'sun', from: '09:00', to: '12:00' }])}
          >
            {t('times.add')}
          </Button>
        </div>
      )}
    </Stack>
  )
}
