import type { Linking } from '@borgo/api'
import { Button, Group, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Section } from '../../components/section.tsx'
import { useDeviceChange } from './device-queries.ts'
import { Words } from './words.tsx'

type Comparing = Extract<Linking, { phase: 'comparing' }>

/** The words that both devices show; only when they are the same on both, both say so. */
export function CompareWords({ linking: { isAgreed, other, role, words } }: { linking: Comparing }) {
  const { t } = useTranslation('people')
  const confirm = useDeviceChange(() => client.devices.confirm())
  const end = useDeviceChange((wordsDiffer: boolean) => client.devices.cancel({ query: { wordsDiffer } }))
  const isBusy = confirm.isPending || end.isPending
  return (
    <Section title={t('compare.title')}>
      <Stack>
        <Text>{t(`compare.${role}`, { name: other })}</Text>
        <Words words={words} label={t('verify.words')} />
        {confirm.isError && <ErrorNotice error={confirm.error} />}
        {end.isError && <ErrorNotice error={end.error} />}
        {isAgreed ? (
          <Group justify="space-between">
            <Text role="status">{t('compare.waiting')}</Text>
            <Button variant="default" disabled={isBusy} onClick={() => end.mutate(false)}>
              {t('compare.end')}
            </Button>
          </Group>
        ) : (
          <Group justify="flex-end">
            <Button variant="default" disabled={isBusy} onClick={() => end.mutate(true)}>
              {t('compare.differ')}
            </Button>
            <Button disabled={isBusy} onClick={() => confirm.mutate()}>
              {t('verify.submit')}
            </Button>
          </Group>
        )}
      </Stack>
    </Section>
  )
}
