import { Button, FileInput, PasswordInput, SegmentedControl, Stack, Textarea, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Section } from '../../components/section.tsx'

const NAME_LENGTH = 64

/** On a new node: makes it a device of a person whose others are lost. */
export function RecoverAccount() {
  const { t } = useTranslation('people')
  const [by, setBy] = useState<'words' | 'file'>('words')
  return (
    <Section title={t('recover.title')} intro={t('recover.intro')}>
      <Stack align="stretch">
        <div>
          <SegmentedControl
            aria-label={t('recover.by')}
            data={(['words', 'file'] as const).map(value => ({ value, label: t(`recover.${value}`) }))}
            value={by}
            onChange={value => setBy(value)}
          />
        </div>
        {by === 'words' ? <ByWords /> : <ByFile />}
      </Stack>
    </Section>
  )
}

function ByWords() {
  const { t } = useTranslation('people')
  const [words, setWords] = useState('')
  const [from, setFrom] = useState('')
  const [called, setCalled] = useState('')
  const name = called.trim()
  const recover = useMutation({
    mutationFn: () =>
      client.recovery.byWords({
        body: {
          words: words.trim().replace(/\s+/g, ' '),
          from: from.replace(/\s/g, ''),
          ...(name !== '' && { name })
        }
      }),
    gcTime: 0
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    recover.mutate()
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <Textarea
          label={t('recover.wordsLabel')}
          value={words}
          onChange={event => setWords(event.currentTarget.value)}
          autosize
          minRows={3}
          spellCheck={false}
          autoComplete="off"
        />
        <TextInput
          label={t('recover.from')}
          description={t('recover.fromHint')}
          value={from}
          onChange={event => setFrom(event.currentTarget.value)}
          spellCheck={false}
          autoComplete="off"
        />
        <TextInput
          label={t('recover.name')}
          description={t('recover.nameHint')}
          value={called}
          onChange={event => setCalled(event.currentTarget.value)}
          maxLength={NAME_LENGTH}
          autoComplete="nickname"
          maw="24rem"
        />
        {recover.isError && <ErrorNotice error={recover.error} />}
        <div>
          <Button type="submit" loading={recover.isPending} disabled={words.trim() === '' || from.trim() === ''}>
            {t('recover.submit')}
          </Button>
        </div>
      </Stack>
    </form>
  )
}

function ByFile() {
  const { t } = useTranslation('people')
  const [file, setFile] = useState<File | null>(null)
  const [secret, setSecret] = useState('')
  const recover = useMutation({
    mutationFn: async (file: File) => client.recovery.byFile({ body: { file: await file.text(), secret } }),
    gcTime: 0
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (file) recover.mutate(file)
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <FileInput
          label={t('recover.fileLabel')}
          placeholder={t('recover.choose')}
          value={file}
          onChange={setFile}
          accept="application/json,.json"
          maw="24rem"
        />
        <PasswordInput
          label={t('recover.secret')}
          value={secret}
          onChange={event => setSecret(event.currentTarget.value)}
          autoComplete="off"
          maw="24rem"
        />
        {recover.isError && <ErrorNotice error={recover.error} />}
        <div>
          <Button type="submit" loading={recover.isPending} disabled={file === null || secret === ''}>
            {t('recover.submit')}
          </Button>
        </div>
      </Stack>
    </form>
  )
}
