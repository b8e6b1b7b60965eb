import { Badge, Button, Group, Modal, Skeleton, Stack, TagsInput, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { isLabel } from '../../components/data-limit.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { FormEnd } from '../../components/form-end.tsx'
import { Section } from '../../components/section.tsx'
import rows from '../../components/rows.module.css'
import { isBadLabel, LabelInput } from './label-input.tsx'
import { ScopeSelect } from './scope-select.tsx'
import { useScopeLabel } from './scope.ts'
import { ownAppsQuery, useShownChange } from './shown-queries.ts'

const NAME_LENGTH = 64
const MOST_CAPABILITIES = 32

/** The programs that this person says to have, so that others can invite to them. */
export function OwnApps() {
  const { t } = useTranslation(['shown', 'components'])
  const apps = useQuery(ownAppsQuery)
  const scopeLabel = useScopeLabel()
  const [isAdding, adding] = useDisclosure(false)
  const remove = useShownChange((id: string) => client.apps.remove({ params: { id } }))
  return (
    <Section
      title={t('apps.title')}
      intro={t('apps.intro')}
      actions={
        <Button variant="default" leftSection={<IconPlus size={18} />} onClick={adding.open}>
          {t('apps.add')}
        </Button>
      }
    >
      {apps.isPending && <Skeleton height={40} />}
      {apps.isError && <ErrorNotice error={apps.error} onRetry={() => void apps.refetch()} />}
      {remove.isError && <ErrorNotice error={remove.error} />}
      {apps.data?.length === 0 && <Text c="dimmed">{t('apps.empty')}</Text>}
      {apps.isSuccess && apps.data.length > 0 && (
        <ul className={rows.rows} aria-label={t('apps.title')}>
          {apps.data.map(({ id, name, capabilities, scope }) => (
            <li key={id} className={rows.row}>
              <div className={rows.what}>
                <Text fw={500} style={{ overflowWrap: 'anywhere' }}>
                  {name}
                </Text>
                <Text fz="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                  {id} · {t('to', { whom: scopeLabel(scope) })}
                </Text>
                {capabilities.length > 0 && (
                  <Group gap={4} mt={4}>
                    {capabilities.map(capability => (
                      <Badge key={capability} color="gray" styles={{ root: { minWidth: 0 } }}>
                        {capability}
                      </Badge>
                    ))}
                  </Group>
                )}
              </div>
              <Button
                size="compact-sm"
                variant="default"
                disabled={remove.isPending}
                onClick={() => remove.mutate(id)}
                aria-label={t('apps.removeName', { name })}
              >
                {t('apps.remove')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Modal
        opened={isAdding}
        onClose={adding.close}
        title={t('apps.add')}
        closeButtonProps={{ 'aria-label': t('components:close') }}
      >
        <AppForm onDone={adding.close} />
      </Modal>
    </Section>
  )
}

function AppForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('shown')
  const [name, setName] = useState('')
  const [id, setId] = useState('')
  const [capabilities, setCapabilities] = useState<string[]>([])
  const [scope, setScope] = useState('contacts')
  const add = useShownChange(
    () =>
      client.apps.register({
        params: { id: id.trim() },
        body: { name: name.trim(), capabilities, scope }
      }),
    onDone
  )
  const isBadCapability = !capabilities.every(isLabel)
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        add.mutate(undefined)
      }}
    >
      <Stack>
        <Text fz="sm" c="dimmed">
          {t('apps.until')}
        </Text>
        <TextInput
          label={t('apps.name')}
          value={name}
          onChange={event => setName(event.currentTarget.value)}
          maxLength={NAME_LENGTH}
          data-autofocus
        />
        <LabelInput label={t('apps.id')} description={t('apps.idHint')} value={id} onChange={setId} />
        <TagsInput
          label={t('apps.capabilities')}
          description={t('apps.capabilitiesHint')}
          value={capabilities}
          onChange={setCapabilities}
          error={isBadCapability && t('publish.badLabel')}
          maxTags={MOST_CAPABILITIES}
        />
        <ScopeSelect value={scope} onChange={setScope} />
        <FormEnd
          change={add}
          submit={t('apps.submit')}
          disabled={name.trim() === '' || id.trim() === '' || isBadLabel(id) || isBadCapability}
          onCancel={onDone}
        />
      </Stack>
    </form>
  )
}
