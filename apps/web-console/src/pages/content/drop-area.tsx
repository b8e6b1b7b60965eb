import { ActionIcon, Stack, Text } from '@mantine/core'
import { Dropzone } from '@mantine/dropzone'
import '@mantine/dropzone/styles.css'
import { IconUpload, IconX } from '@tabler/icons-react'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { ByteSize } from '../../components/byte-size.tsx'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { ProgressRow } from '../../components/progress-row.tsx'
import styles from './content.module.css'
import { uploads, type Upload } from './uploads.ts'

/** Takes files that are dropped or chosen and shows them on their way to the node. */
export function DropArea({ group }: { group: string }) {
  const { t } = useTranslation('content')
  const own = useSyncExternalStore(uploads.subscribe, uploads.list).filter(upload => upload.group === group)
  return (
    <Stack gap="sm">
      <Dropzone
        onDrop={files => uploads.add(group, files)}
        className={styles.drop ?? ''}
        inputProps={{ 'aria-label': t('drop.label') }}
        acceptColor="olive"
      >
        <Stack align="center" gap={4} ta="center" className={styles.hint ?? ''}>
          <IconUpload size={32} stroke={1.5} aria-hidden />
          <Text fw={500}>{t('drop.title')}</Text>
          <Text fz="sm" c="dimmed">
            {t('drop.body')}
          </Text>
        </Stack>
      </Dropzone>
      {own.length > 0 && (
        <Stack component="ul" gap="sm" className={styles.plain ?? ''} aria-label={t('drop.underWay')}>
          {own.map(upload => (
            <li key={upload.id}>
              <UploadRow upload={upload} />
            </li>
          ))}
        </Stack>
      )}
    </Stack>
  )
}

function UploadRow({ upload }: { upload: Upload }) {
  const { t } = useTranslation('content')
  const { bytes, doneBytes, error, id, name, state } = upload
  return (
    <>
      <ProgressRow
        label={name}
        done={doneBytes}
        total={bytes}
        state={state === 'failed' ? 'failed' : state === 'waiting' ? 'paused' : 'running'}
        detail={
          <>
            {t(`drop.${state}`)} · <ByteSize bytes={bytes} />
          </>
        }
        actions={
          <ActionIcon
            variant="subtle"
            color="gray"
            onClick={() => uploads.remove(id)}
            aria-label={t(state === 'failed' ? 'drop.dismiss' : 'drop.stop', { name })}
          >
            <IconX size={18} aria-hidden />
          </ActionIcon>
        }
      />
      {state === 'failed' && <ErrorNotice error={error} />}
    </>
  )
}
