import type { Group } from '@borgo/api'
import { Button, Group as Row, List } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { Section } from '../../components/section.tsx'
import { useFormat } from '../../i18n/format.ts'
import { useGroupChange } from './group-change.ts'
import { PolicyDialog } from './policy-dialog.tsx'
import { isAdmin, isOwner } from './roles.ts'

/** What the group has decided, in sentences, and its key; each with its button for those who may. */
export function PolicySection({ group }: { group: Group }) {
  const { t } = useTranslation('groups')
  const format = useFormat()
  const [isEditing, editing] = useDisclosure(false)
  const [isRotating, rotating] = useDisclosure(false)
  const rotate = useGroupChange(() => client.groups.rotateKey({ params: { group: group.id } }), rotating.close)
  const { policy } = group
  return (
    <Section
      title={t('policy.title')}
      actions={
        <Row gap="xs">
          {isAdmin(group) && (
            <Button size="compact-sm" variant="default" onClick={rotating.open}>
              {t('key.open')}
            </Button>
          )}
          {isOwner(group) && (
            <Button size="compact-sm" variant="default" onClick={editing.open}>
              {t('policy.open')}
            </Button>
          )}
        </Row>
      }
    >
      <List spacing={4}>
        <List.Item>{policy.history ? t('policy.seesAll') : t('policy.seesNew')}</List.Item>
        <List.Item>{t(`policy.inviters.${policy.inviters}`)}</List.Item>
        <List.Item>
          {t('policy.key', { age: format.duration(policy.keyAgeMs), records: format.number(policy.keyRecords) })}
        </List.Item>
        <List.Item>{t('key.since', { date: format.dateTime(group.keySince), count: group.keyChanges })}</List.Item>
      </List>
      {isOwner(group) && <PolicyDialog group={group} isOpen={isEditing} onClose={editing.close} />}
      <ConfirmDialog
        isOpen={isRotating}
        onClose={rotating.close}
        title={t('key.title')}
        action={t('key.submit')}
        onConfirm={() => rotate.mutate()}
        isBusy={rotate.isPending}
        error={rotate.error}
      >
        {t('key.body')}
      </ConfirmDialog>
    </Section>
  )
}
