import type { BackupProgress } from '@borgo/api'
import { Alert, Button, Group, Stack, TextInput } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { useEvent } from '../../api/live.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { ProgressRow } from '../../components/progress-row.tsx'
import { Section } from '../../components/section.tsx'
import { useFormat } from '../../i18n/format.ts'

/** Copies all that the node keeps into a folder of its machine, while it runs. */
export function BackupSection() {
  const { t } = useTranslation(['admin', 'components'])
  const format = useFormat()
  const [folder, setFolder] = useState('')
  const running = useRef<AbortController>(undefined)
  const [progress, setProgress] = useState<BackupProgress>()
  const backup = useMutation({
    mutationFn: (to: string) => {
      running.current = new AbortController()
      setProgress(undefined)
      return client.storage.backup({ body: { to }, signal: running.current.signal })
    }
  })
  const isOurs = (to: string): boolean => backup.isPending && to === backup.variables
  useEvent('backup', now => {
    if (isOurs(now.to)) setProgress(now)
  })
  const given = folder.trim()
  const isStopped = backup.error instanceof DOMException && backup.error.name === 'AbortError'
  const cancel = (
    <Button variant="subtle" onClick={() => running.current?.abort()}>
      {t('components:cancel')}
    </Button>
  )
  return (
    <Section title={t('backup.title')} intro={t('backup.intro')}>
      <form
        onSubmit={event => {
          event.preventDefault()
          if (given !== '') backup.mutate(given)
        }}
      >
        <Stack>
          <TextInput
            label={t('backup.folder')}
            description={t('backup.hint')}
            placeholder="/media/usb/borgo"
            value={folder}
            onChange={event => setFolder(event.currentTarget.value)}
            spellCheck={false}
            maw="34rem"
          />
          <Group>
            <Button type="submit" variant="default" loading={backup.isPending} disabled={given === ''}>
              {t('backup.start')}
            </Button>
            {backup.isPending && !progress && cancel}
          </Group>
          {backup.isPending && progress && (
            <ProgressRow
              label={t('backup.running')}
              done={progress.doneBytes}
              total={progress.bytes}
              detail={t('backup.copied', {
                done: format.bytes(progress.doneBytes),
                size: format.bytes(progress.bytes),
                files: format.number(progress.doneFiles),
                count: progress.files
              })}
              actions={cancel}
            />
          )}
          <div aria-live="polite">
            {backup.data && (
              <Alert color="olive" icon={<IconCheck aria-hidden />} title={t('backup.done')}>
                {t('backup.figures', {
                  files: format.number(backup.data.files),
                  size: format.bytes(backup.data.bytes),
                  command: `borgo restore ${backup.variables}`
                })}
              </Alert>
            )}
            {isStopped && t('backup.stopped')}
          </div>
          {backup.isError && !isStopped && <ErrorNotice error={backup.error} />}
        </Stack>
      </form>
    </Section>
  )
}
