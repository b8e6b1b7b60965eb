import { Option, type Command } from 'commander'
import { defaultSettings, kebab, SETTING_KEYS, Settings, type SettingKey } from '../config/settings.ts'
import { integer } from './values.ts'

/** Adds one flag for every setting. */
export function addSettingOptions(command: Command): void {
  for (const key of SETTING_KEYS) for (const option of optionsOf(key)) command.addOption(option)
}

/** Only what was given on the command line. */
export function givenSettings(command: Command): Partial<Settings> {
  const given = SETTING_KEYS.filter(key => command.getOptionValueSource(key) === 'cli')
  return Object.fromEntries(given.map(key => [key, command.getOptionValue(key) as unknown]))
}

function optionsOf(key: SettingKey): Option[] {
  const schema = Settings.properties[key] as {
    type?: string
    description?: string
    maximum?: number
    anyOf?: { const: string }[]
    items?: { enum?: readonly string[] }
  }
  const description = `${schema.description ?? ''} (default: ${String(defaultSettings()[key]) || 'none'})`
  const flag = kebab(key)
  if (schema.type === 'boolean')
    return [new Option(`--${flag}`, description), new Option(`--no-${flag}`, `not --${flag}`)]
  const option = new Option(`--${flag} <${schema.type === 'array' ? 'value...' : 'value'}>`, description)
  if (schema.type === 'integer') option.argParser(integer(0, schema.maximum ?? Number.MAX_SAFE_INTEGER))
  const choices = schema.anyOf?.map(({ const: choice }) => choice) ?? schema.items?.enum
  if (choices) option.choices(choices)
  return [option]
}
