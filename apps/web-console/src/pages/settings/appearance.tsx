import { Group, Radio, Select, useMantineColorScheme } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Section } from '../../components/section.tsx'
import { isLanguage, LANGUAGES, rememberLanguage } from '../../i18n/languages.ts'

const SCHEMES = ['auto', 'light', 'dark'] as const

/** Colours and language; kept in this browser. */
export function Appearance() {
  const { t, i18n } = useTranslation('settings')
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Section title={t('look.title')}>
      <Group gap="xl" align="flex-start">
        <Radio.Group
          label={t('look.scheme')}
          value={colorScheme}
          onChange={value => setColorScheme(SCHEMES.find(scheme => scheme === value) ?? 'auto')}
        >
          <Group mt="xs">
            {SCHEMES.map(scheme => (
              <Radio key={scheme} value={scheme} label={t(`look.${scheme}`)} />
            ))}
          </Group>
        </Radio.Group>
        <Select
          label={t('look.language')}
          data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
          value={i18n.language}
          allowDeselect={false}
          onChange={language => {
            if (!isLanguage(language)) return
            rememberLanguage(language)
            void i18n.changeLanguage(language)
          }}
        />
      </Group>
    </Section>
  )
}
