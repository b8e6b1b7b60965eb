import type { PublishedObject } from '@borgo/api'
import { FileInput, Modal, SegmentedControl, Select, Stack, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { base64Of, textIn } from '../../components/base64.ts'
import { DATA_BYTES, isLabel } from '../../components/data-limit.ts'
import { FormEnd } from '../../components/form-end.tsx'
import { useFormat } from '../../i18n/format.ts'
import { isBadLabel, LabelInput } from './label-input.tsx'
import { ScopeSelect } from './scope-select.tsx'
import { useShownChange } from './shown-queries.ts'

const HOUR_MS = 3_600_000
const LIVES_MS = [HOUR_MS, 24 * HOUR_MS, 7 * 24 * HOUR_MS, 30 * 24 * HOUR_MS] as const
const TEXT_TYPE = 'text/plain'

interface PublishDialogProps {
  /** What is shown already and becomes another version of itself. */
  now?: PublishedObject
  onClose: () => void
}

/** Shows something to others, or another version of it. */
export function PublishDialog({ now, onClose }: PublishDialogProps) {
  const { t } = useTranslation(['shown', 'components'])
  return (
    <Modal
      opened
      onClose={onClose}
      title={now ? t('own.changeName', { id: now.id }) : t('publish.open')}
      closeButtonProps={{ 'aria-label': t('components:close') }}
    >
      <PublishForm now={now} onDone={onClose} />
    </Modal>
  )
}

function PublishForm({ now, onDone }: { now: PublishedObject | undefined; onDone: () => void }) {
  const { t } = useTranslation('shown')
  const format = useFormat()
  const known = now && textIn(now.data)
  const [kind, setKind] = useState<'text' | 'file'>(now && known === undefined ? 'file' : 'text')
  const [id, setId] = useState(now?.id ?? '')
  const [text, setText] = useState(known ?? '')
  const [file, setFile] = useState<File | null>(null)
  const [type, setType] = useState(now?.type ?? TEXT_TYPE)
  const [scope, setScope] = useState(now?.scope ?? 'contacts')
  const [life, setLife] = useState(now?.expiresAt === undefined ? 'for-good' : 'as-now')

  const textBytes = new TextEncoder().encode(text)
  const isTooLarge = (kind === 'text' ? textBytes.length : (file?.size ?? 0)) > DATA_BYTES
  const isThere = kind === 'text' || file !== null || now !== undefined
  const expiresInMs = (): number | undefined => {
    if (life === 'for-good') return undefined
    if (life === 'as-now') return Math.max(1, (now?.expiresAt ?? 0) - Date.now())
    return Number(life)
  }
  const publish = useShownChange(async () => {
    const data =
      kind === 'text' ? base64Of(textBytes) : file ? base64Of(new Uint8Array(await file.arrayBuffer())) : now?.data
    const lifeMs = expiresInMs()
    return client.objects.publish({
      params: { id: id.trim() },
      body: {
        type: type.trim(),
        data: data ?? '',
        scope,
        ...(lifeMs !== undefined && { expiresInMs: lifeMs })
      }
    })
  }, onDone)
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        publish.mutate(undefined)
      }}
    >
      <Stack>
        <LabelInput
          label={t('publish.id')}
          description={t('publish.idHint')}
          placeholder={t('publish.example')}
          value={id}
          onChange={setId}
          readOnly={now !== undefined}
          data-autofocus={now ? undefined : true}
        />
        <SegmentedControl
          aria-label={t('publish.kind')}
          data={(['text', 'file'] as const).map(value => ({ value, label: t(`publish.${value}`) }))}
          value={kind}
          onChange={value => {
            setKind(value)
            setType(value === 'text' ? TEXT_TYPE : (file?.type ?? now?.type ?? 'application/octet-stream'))
          }}
        />
        {kind === 'text' ? (
          <Textarea
            label={t('publish.text')}
            value={text}
            onChange={event => setText(event.currentTarget.value)}
            error={isTooLarge && t('publish.tooLarge')}
            autosize
            minRows={3}
            maxRows={8}
            data-autofocus={now ? true : undefined}
          />
        ) : (
          <FileInput
            label={t('publish.file')}
            description={t('publish.fileHint')}
            placeholder={t(now ? 'publish.keep' : 'publish.choose')}
            value={file}
            onChange={chosen => {
              setFile(chosen)
              if (chosen) setType(chosen.type === '' ? 'application/octet-stream' : chosen.type)
            }}
            error={isTooLarge && t('publish.tooLarge')}
            clearable
            clearButtonProps={{ 'aria-label': t('publish.clear') }}
          />
        )}
        <LabelInput label={t('publish.type')} description={t('publish.typeHint')} value={type} onChange={setType} />
        <ScopeSelect value={scope} onChange={setScope} />
        <Select
          label={t('publish.life')}
          data={[
            ...(now?.expiresAt === undefined ? [] : [{ value: 'as-now', label: t('publish.asNow') }]),
            { value: 'for-good', label: t('publish.forGood') },
            ...LIVES_MS.map(ms => ({ value: String(ms), label: format.duration(ms) }))
          ]}
          value={life}
          allowDeselect={false}
          onChange={value => setLife(value ?? life)}
        />
        <FormEnd
          change={publish}
          submit={t('publish.submit')}
          disabled={id.trim() === '' || isBadLabel(id) || !isLabel(type.trim()) || isTooLarge || !isThere}
          onCancel={onDone}
        />
      </Stack>
    </form>
  )
}
