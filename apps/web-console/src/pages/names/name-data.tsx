import { Anchor, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ByteSize } from '../../components/byte-size.tsx'
import { bytesIn, textIn } from '../../components/base64.ts'
import styles from './names.module.css'

/** What goes along with a name: as text where it is text, otherwise its size; it can be saved as it is. */
export function NameData({ data, label }: { data: string; label: string }) {
  const { t } = useTranslation('names')
  if (data === '') return null
  const text = textIn(data)
  const bytes = bytesIn(data)
  const save = (): void => {
    const url = URL.createObjectURL(new Blob([bytes]))
    const link = document.createElement('a')
    link.href = url
    link.download = label
    link.click()
    URL.revokeObjectURL(url)
  }
  return (
    <div>
      {text !== undefined && <pre className={styles.data}>{text}</pre>}
      <Text fz="xs" c="dimmed">
        {t('data.size')} <ByteSize bytes={bytes.length} />
        {' · '}
        <Anchor component="button" type="button" fz="xs" onClick={save} aria-label={t('data.saveOf', { label })}>
          {t('data.save')}
        </Anchor>
      </Text>
    </div>
  )
}
