import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Setting } from '@borgo/api'
import { hasCode } from '@borgo/core/errors'
import { parse } from 'smol-toml'
import Compile from 'typebox/compile'
import { nodeError } from '../errors.ts'
import { nearest } from './nearest.ts'
import { defaultSettings, kebab, SETTING_KEYS, Settings, variable, type SettingKey } from './settings.ts'

/** Name of the configuration file in the data folder. */
export const CONFIG_FILE = 'config.toml'

/** Variables that begin like settings and are none. */
const OTHER_VARIABLES = new Set(['BORGO_DATA'])

/** Settings that name a file. */
const PATHS: readonly SettingKey[] = ['passphraseFile', 'swarmKeyFile']

export interface Sources {
  /** Only what was given on the command line. */
  flags: Partial<Settings>
  env: Readonly<Record<string, string | undefined>>
  /** The data folder. */
  folder: string
}

export interface Config {
  settings: Settings
  /** Each setting with its origin, in the order of the schema. */
  origins: Setting[]
}

interface Given {
  value: unknown
  source: string
}

/** Flags over environment over `config.toml` over defaults. Throws CONFIG_INVALID, naming the place. */
export function loadConfig({ flags, env, folder }: Sources): Config {
  const layers: [Setting['origin'], Map<string, Given>][] = [
    ['flag', fromFlags(flags)],
    ['environment', fromEnvironment(env)],
    ['file', fromFile(folder)]
  ]
  const defaults = defaultSettings()
  const origins = SETTING_KEYS.map((key): Setting => {
    const found = layers.find(([, values]) => values.has(key))
    const { value, source } = found?.[1].get(key) ?? { value: defaults[key], source: 'built in' }
    return {
      key: kebab(key),
      value: checked(key, value, source),
      origin: found?.[0] ?? 'default',
      source,
      description: String((Settings.properties[key] as { description?: string }).description)
    }
  })
  const settings = Object.fromEntries(SETTING_KEYS.map((key, index) => [key, origins[index]?.value]))
  return { settings: settings as Settings, origins }
}

function fromFlags(flags: Partial<Settings>): Map<string, Given> {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined)
  return new Map(given.map(([key, value]) => [key, { value, source: `--${kebab(key)}` }]))
}

function fromEnvironment(env: Sources['env']): Map<string, Given> {
  const values = new Map<string, Given>()
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('BORGO_') || OTHER_VARIABLES.has(name) || text === undefined) continue
    const key = SETTING_KEYS.find(key => variable(key) === name)
    if (!key) throw unknown(name, 'the environment', [...SETTING_KEYS.map(variable), ...OTHER_VARIABLES])
    values.set(key, { value: fromText(key, text), source: name })
  }
  return values
}

/** A relative path there counts from the data folder: a node starts anywhere, and a restored one lies elsewhere. */
function fromFile(folder: string): Map<string, Given> {
  const path = join(folder, CONFIG_FILE)
  const text = readIfThere(path)
  const values = new Map<string, Given>()
  if (text === undefined) return values
  for (const [name, value] of Object.entries(parsed(text, path))) {
    const key = SETTING_KEYS.find(key => kebab(key) === name)
    if (!key) throw unknown(name, path, SETTING_KEYS.map(kebab))
    const isPath = PATHS.includes(key) && typeof value === 'string' && value !== ''
    values.set(key, { value: isPath ? resolve(folder, value) : value, source: path })
  }
  return values
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    // What is wrong with the folder itself is said when it is used.
    if (hasCode(cause, 'ENOENT', 'ENOTDIR')) return undefined
    throw nodeError('CONFIG_INVALID', `${path} cannot be read: ${String(cause)}`, cause)
  }
}

function parsed(text: string, path: string): Record<string, unknown> {
  try {
    return parse(text)
  } catch (cause) {
    throw nodeError('CONFIG_INVALID', `${path} is not TOML: ${String(cause)}`, cause)
  }
}

/** What a variable's text means for a setting: lists are separated by commas. */
function fromText(key: SettingKey, text: string): unknown {
  const { type } = Settings.properties[key] as { type?: string }
  if (type === 'array') return text.trim() === '' ? [] : text.split(',').map(part => part.trim())
  if (type === 'integer') return /^-?\d+$/.test(text) ? Number(text) : text
  if (type === 'boolean')
    return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text
  return text
}

function checked(key: SettingKey, value: unknown, source: string): Setting['value'] {
  const schema = Compile(Settings.properties[key])
  if (schema.Check(value)) return value
  const reasons = schema.Errors(value).map(({ message }) => message)
  const given = JSON.stringify(value)
  throw nodeError(
    'CONFIG_INVALID',
    `${kebab(key)} (from ${source}) is ${given}, but it ${[...new Set(reasons)].join(', ')}`
  )
}

function unknown(name: string, place: string, names: readonly string[]): Error {
  const near = nearest(name, names)
  const help = near === undefined ? `known: ${names.join(', ')}` : `did you mean ${near}?`
  return nodeError('CONFIG_INVALID', `${place} sets ${name}, which does not exist: ${help}`)
}
