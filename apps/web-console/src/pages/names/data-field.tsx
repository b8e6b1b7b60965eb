import { Anchor, FileButton, Group, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ByteSize } from '../../components/byte-size.tsx'
import { base64Of, bytesIn, textIn } from '../../components/base64.ts'

/** The node's own limit. */
const MAX_BYTES = 16_384

interface DataFieldProps {
  /** base64 */
  value: string
  onChange: (data: string) => void
}

/** Data of a name: written as text, or taken from a file as it is. */
export function DataField({ value, onChange }: DataFieldProps) {
  const { t } = useTranslation('names')
  const [refused, setRefused] = useState<string>()
  const text = textIn(value)
  const size = bytesIn(value).length

  const take = (bytes: Uint8Array, name: string): void => {
    const isTooLarge = bytes.length > MAX_BYTES
    setRefused(isTooLarge ? t('data.tooLarge', { name }) : undefined)
    if (!isTooLarge) onChange(base64Of(bytes))
  }
  const takeFile = async (file: File | null): Promise<void> => {
    if (!file) return
    // A large one is not read to learn that.
    if (file.size > MAX_BYTES) setRefused(t('data.tooLarge', { name: file.name }))
    else take(new Uint8Array(await file.arrayBuffer()), file.name)
  }
  return (
    <div>
      <Textarea
        label={t('data.label')}
        description={t('data.hint')}
        value={text ?? ''}
        disabled={text === undefined}
        placeholder={text === undefined ? t('data.binary') : ''}
        onChange={event => take(new TextEncoder().encode(event.currentTarget.value), t('data.text'))}
        minRows={2}
        maxRows={8}
        autosize
        error={refused}
      />
      <Group gap="xs" mt={4}>
        <FileButton onChange={file => void takeFile(file)}>
          {props => (
            <Anchor component="button" type="button" fz="sm" {...props}>
              {t('data.file')}
            </Anchor>
          )}
        </FileButton>
        {size > 0 && (
          <>
            <Anchor component="button" type="button" fz="sm" onClick={() => take(new Uint8Array(), '')}>
              {t('data.clear')}
            </Anchor>
            <Text fz="sm" c="dimmed">
              <ByteSize bytes={size} />
            </Text>
          </>
        )}
      </Group>
    </div>
  )
}
