import { Box, Card, Code, Container, Group, List, Stack, Text, Title } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { CopyField } from '../components/copy-field.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { Skyline } from '../components/skyline.tsx'
import { Logo } from '../shell/logo.tsx'

/** The gate of the village: there are no passwords; a link from the node's own machine opens it. */
export function SignedOut({ error }: { error: unknown }) {
  const { t } = useTranslation('session')
  return (
    <Box component="main" mih="100dvh" style={{ display: 'flex', flexDirection: 'column' }}>
      <title>{`${t('title')} · Borgo`}</title>
      <Container size={560} w="100%" pt="10dvh" pb="xl" style={{ flex: 1 }}>
        <Stack gap="lg">
          <Group gap="sm">
            <Logo size={44} />
            <Text fz={32} fw={600} ff="heading" lh={1}>
              Borgo
            </Text>
          </Group>
          <Card>
            <Stack>
              <Title order={1} fz="h2">
                {t('title')}
              </Title>
              {error !== null && <ErrorNotice error={error} />}
              <Text>{t('intro')}</Text>
              <List type="ordered" spacing="sm">
                <List.Item>
                  {t('step.run')}
                  <Box mt={4}>
                    <Code fz="md" bg="var(--borgo-side)" px="sm" py={4} style={{ display: 'inline-block' }}>
                      <CopyField value="borgo open" label={t('command')} />
                    </Code>
                  </Box>
                </List.Item>
                <List.Item>{t('step.open')}</List.Item>
              </List>
              <Text fz="sm" c="dimmed">
                {t('why')}
              </Text>
            </Stack>
          </Card>
        </Stack>
      </Container>
      <Box style={{ borderBottom: '24px solid var(--borgo-hill)' }}>
        <Box maw={840} mx="auto">
          <Skyline houses={1} />
        </Box>
      </Box>
    </Box>
  )
}
