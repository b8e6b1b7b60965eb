import type { Identity } from '@borgo/api'
import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { renewGroups } from '../../components/group-queries.ts'
import { House } from '../../components/house.tsx'
import { Section } from '../../components/section.tsx'
import { statusQuery } from '../../shell/node-queries.ts'

const NAME_LENGTH = 64

/** How others see this person. */
export function Person() {
  const { t } = useTranslation('settings')
  const { data } = useQuery(statusQuery)
  return (
    <Section title={t('person.title')}>
      {/* A name that was changed elsewhere begins the form anew. */}
      {data && <NameForm key={data.identity.name} identity={data.identity} />}
    </Section>
  )
}

function NameForm({ identity }: { identity: Identity }) {
  const { t } = useTranslation('settings')
  const queries = useQueryClient()
  const [name, setName] = useState(identity.name)
  const rename = useMutation({
    mutationFn: (name: string) => client.status.rename({ body: { name } }),
    onSuccess: identity => {
      queries.setQueryData(statusQuery.queryKey, old => old && { ...old, identity })
      return renewGroups(queries)
    }
  })
  const given = name.trim()
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (given !== '') rename.mutate(given)
      }}
    >
      <Stack>
        <Group align="flex-end" gap="md">
          <House id={identity.account} size={56} />
          <TextInput
            label={t('person.name')}
            value={name}
            onChange={event => setName(event.currentTarget.value)}
            maxLength={NAME_LENGTH}
            autoComplete="nickname"
            flex="1 1 12rem"
            maw="24rem"
          />
          <Button type="submit" loading={rename.isPending} disabled={given === '' || given === identity.name}>
            {t('person.save')}
          </Button>
        </Group>
        {rename.isError && <ErrorNotice error={rename.error} />}
        <Text fz="sm" c="dimmed">
          {t('person.hint')}
        </Text>
      </Stack>
    </form>
  )
}
