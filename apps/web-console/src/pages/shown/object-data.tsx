import { Anchor, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { bytesIn, textIn } from '../../components/base64.ts'
import { ByteSize } from '../../components/byte-size.tsx'
import styles from './shown.module.css'

/** Pictures that can do nothing but be seen; an SVG is a document. */
const PICTURES: readonly string[] = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']

interface ObjectDataProps {
  id: string
  type: string
  /** Base64. */
  data: string
}

/** What an object holds: a picture, text, or so many bytes to be saved. */
export function ObjectData({ id, type, data }: ObjectDataProps) {
  const { t } = useTranslation('shown')
  if (PICTURES.includes(type))
    return <img src={`data:${type};base64,${data}`} alt={t('picture', { id })} className={styles.picture} />
  const text = textIn(data)
  if (text !== undefined)
    return (
      <Text lineClamp={4} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-line' }}>
        {text}
      </Text>
    )
  return (
    <Anchor href={`data:application/octet-stream;base64,${data}`} download={id.replace(/[/\\]/g, '_')} fz="sm">
      {t('save')} (<ByteSize bytes={bytesIn(data).length} />)
    </Anchor>
  )
}
