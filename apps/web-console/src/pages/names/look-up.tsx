import type { NameScope } from '@borgo/api'
import { Button, Group, Select, Stack, Switch, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useKnownPeople } from '../../components/known-people.ts'
import { Section } from '../../components/section.tsx'
import { useFormat } from '../../i18n/format.ts'
import { statusQuery } from '../../shell/node-queries.ts'
import { FoundNames } from './found-names.tsx'
import { useSearch } from './use-search.ts'

const EVERYWHERE = 'everywhere'
const PLACES = [EVERYWHERE, 'link', 'group', 'global'] as const
const WAITS_MS = [5_000, 30_000, 120_000, 600_000]

/** Finds out what devices say of a name, and shows it while it comes in. */
export function LookUp() {
  const { t } = useTranslation('names')
  const format = useFormat()
  const people = useKnownPeople()
  const self = useQuery(statusQuery).data?.identity
  // In the address, so that other pages and people can link to a name.
  const [params] = useSearchParams()
  const [text, setText] = useState(params.get('name') ?? '')
  const [whose, setWhose] = useState(params.get('of') ?? '')
  const [place, setPlace] = useState<(typeof PLACES)[number]>(EVERYWHERE)
  const [waitMs, setWaitMs] = useState(30_000)
  const [isNearest, setIsNearest] = useState(false)
  const [isOthers, setIsOthers] = useState(false)
  const { search, start, stop } = useSearch()

  const given = text.trim()
  const isWhole = given.includes('/')
  const account = whose === '' ? (self?.account ?? '') : whose
  const name = isWhole ? given : `${account}/${given}`
  const isReady = given !== '' && account !== ''
  return (
    <Section title={t('look.title')} intro={t('look.intro')}>
      <form
        role="search"
        onSubmit={event => {
          event.preventDefault()
          if (!isReady) return
          const scope = place === EVERYWHERE ? {} : { scope: place satisfies NameScope }
          start({ name, ...scope, timeoutMs: waitMs, nearest: isNearest, excludeSelf: isOthers })
        }}
      >
        <Stack gap="sm">
          <Group align="flex-start" gap="sm">
            <Select
              label={t('look.whose')}
              data={[
                { value: '', label: t('look.own') },
                ...people.map(person => ({ value: person.account, label: person.name }))
              ]}
              value={isWhole ? null : whose}
              placeholder={t('look.inName')}
              disabled={isWhole}
              searchable
              allowDeselect={false}
              onChange={value => setWhose(value ?? '')}
              flex="1 1 11rem"
            />
            <TextInput
              label={t('look.name')}
              description={t('look.nameHint')}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              value={text}
              onChange={event => setText(event.currentTarget.value)}
              spellCheck={false}
              autoCapitalize="none"
              flex="2 1 15rem"
            />
            <Select
              label={t('look.where')}
              data={PLACES.map(value => ({
                value,
                label: value === EVERYWHERE ? t('look.everywhere') : t(`scope.${value}`)
              }))}
              value={place}
              allowDeselect={false}
              onChange={value => value !== null && setPlace(value as typeof place)}
              flex="1 1 9rem"
            />
            <Select
              label={t('look.wait')}
              data={WAITS_MS.map(ms => ({ value: String(ms), label: format.duration(ms) }))}
              value={String(waitMs)}
              allowDeselect={false}
              onChange={ms => ms !== null && setWaitMs(Number(ms))}
              flex="1 1 8rem"
            />
          </Group>
          <Group justify="space-between" gap="md">
            <Stack gap="xs">
              <Switch
                label={t('look.nearest')}
                description={t('look.nearestHint')}
                checked={isNearest}
                onChange={event => setIsNearest(event.currentTarget.checked)}
              />
              <Switch
                label={t('look.others')}
                checked={isOthers}
                onChange={event => setIsOthers(event.currentTarget.checked)}
              />
            </Stack>
            {search?.state === 'running' ? (
              // Another button, not this one changed under the click: that would begin the search again.
              <Button key="stop" variant="default" onClick={stop}>
                {t('look.stop')}
              </Button>
            ) : (
              <Button key="look" type="submit" disabled={!isReady}>
                {t('look.submit')}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
      {search && <FoundNames search={search} />}
    </Section>
  )
}
