import type { Linking } from '@borgo/api'
import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconDevicesPlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { CopyField } from '../../components/copy-field.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { QrCode } from '../../components/qr-code.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { Section } from '../../components/section.tsx'
import { useCodeText } from '../../errors/error-text.ts'
import { CompareWords } from './compare-words.tsx'
import { useDeviceChange } from './device-queries.ts'

/** From the link for a new device to the words that both compare, as far as it is now. */
export function LinkDevice({ linking }: { linking: Linking }) {
  const { t } = useTranslation('people')
  const offer = useDeviceChange(() => client.devices.offer({ body: {} }))
  const cancel = useDeviceChange(() => client.devices.cancel(), offer.reset)
  if (linking.phase === 'comparing') return <CompareWords linking={linking} />
  const isOffered = linking.phase === 'offered'
  return (
    <Section title={t('link.title')} intro={t('link.intro')}>
      <Stack>
        <Outcome linking={linking} />
        {offer.isError && <ErrorNotice error={offer.error} />}
        {cancel.isError && <ErrorNotice error={cancel.error} />}
        {isOffered && offer.data && (
          <>
            <Text>{t('link.ready')}</Text>
            <Group align="flex-start" gap="xl">
              <QrCode text={offer.data.link} label={t('link.qr')} size={240} />
              <Stack gap="xs" style={{ flex: '1 1 14rem', minWidth: 0 }}>
                <CopyField value={offer.data.link} label={t('link.link')} keep={14} />
                <div>
                  <Text fz="sm" c="dimmed">
                    {t('link.codeHint')}
                  </Text>
                  <CopyField value={offer.data.code} label={t('link.code')} />
                </div>
                <Text fz="sm" c="dimmed">
                  {t('link.expires')} <RelativeTime at={offer.data.expiresAt} />
                </Text>
              </Stack>
            </Group>
          </>
        )}
        {isOffered && !offer.data && <Text>{t('link.elsewhere')}</Text>}
        <Group>
          {isOffered && (
            <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
              {t('link.cancel')}
            </Button>
          )}
          {!(isOffered && offer.data) && (
            <Button
              leftSection={<IconDevicesPlus size={18} />}
              loading={offer.isPending}
              onClick={() => offer.mutate()}
            >
              {t('link.open')}
            </Button>
          )}
        </Group>
      </Stack>
    </Section>
  )
}

/** How the last linking ended, if one did. */
function Outcome({ linking }: { linking: Linking }) {
  const { t } = useTranslation('people')
  const codeText = useCodeText()
  if (linking.phase === 'failed') {
    const { what, help } = codeText(linking.code, linking.reason)
    return (
      <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={what} role="alert">
        {help}
      </Alert>
    )
  }
  if (linking.phase !== 'linked') return null
  return (
    <Alert color="olive" icon={<IconCheck aria-hidden />} title={t('link.done')} role="status">
      {linking.role === 'giver' ? t('link.gave') : t('link.joined')}
    </Alert>
  )
}
