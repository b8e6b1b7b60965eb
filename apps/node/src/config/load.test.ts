import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { CONFIG_FILE, loadConfig } from './load.ts'
import { defaultSettings, kebab, SETTING_KEYS, variable, type SettingKey, type Settings } from './settings.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'borgo-config-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const writeFile = (text: string): void => writeFileSync(join(folder, CONFIG_FILE), text)
const load = (flags: Partial<Settings> = {}, env: Record<string, string> = {}) => loadConfig({ flags, env, folder })

/** Three values for each setting, all different: flag, environment, file; the last two as they are written. */
const VALUES: {
  [Key in SettingKey]: { flag: Settings[Key]; env: [string, Settings[Key]]; file: [string, Settings[Key]] }
} = {
  name: { flag: 'Ada', env: ['Ben', 'Ben'], file: ['"Cleo"', 'Cleo'] },
  passphraseFile: { flag: '/a', env: ['/b', '/b'], file: ['"/c"', '/c'] },
  listen: { flag: ['/a'], env: ['/b, /b2', ['/b', '/b2']], file: ['["/c"]', ['/c']] },
  mdns: { flag: true, env: ['0', false], file: ['false', false] },
  relay: { flag: 'off', env: ['anyone', 'anyone'], file: ['"members"', 'members'] },
  reserve: { flag: 'never', env: ['always', 'always'], file: ['"auto"', 'auto'] },
  upnp: { flag: true, env: ['0', false], file: ['false', false] },
  dht: { flag: 'off', env: ['client', 'client'], file: ['"auto"', 'auto'] },
  bootstrap: {
    flag: ['/a/p2p/x'],
    env: ['/b/p2p/x, /b2/p2p/x', ['/b/p2p/x', '/b2/p2p/x']],
    file: ['["/c/p2p/x"]', ['/c/p2p/x']]
  },
  bulkPort: { flag: 1, env: ['2', 2], file: ['3', 3] },
  strangers: { flag: 1, env: ['2', 2], file: ['3', 3] },
  strangersPerHost: { flag: 1, env: ['2', 2], file: ['3', 3] },
  swarmKeyFile: { flag: '/a', env: ['/b', '/b'], file: ['"/c"', '/c'] },
  memberQuotaMib: { flag: 1, env: ['2', 2], file: ['3', 3] },
  groupQuotaMib: { flag: 1, env: ['2', 2], file: ['3', 3] },
  apiPort: { flag: 1, env: ['2', 2], file: ['3', 3] },
  plugins: {
    flag: ['rtc'],
    env: ['collab, compute', ['collab', 'compute']],
    file: ['["distribution"]', ['distribution']]
  },
  logLevel: { flag: 'error', env: ['warn', 'warn'], file: ['"debug"', 'debug'] }
}

it.each(SETTING_KEYS)('[N-40] %s: flag over environment over file over default', key => {
  const { flag, env, file } = VALUES[key]
  const origin = (config: ReturnType<typeof load>) => config.origins.find(setting => setting.key === kebab(key))
  expect(origin(load())).toMatchObject({ origin: 'default', value: defaultSettings()[key] })

  writeFile(`${kebab(key)} = ${file[0]}\n`)
  expect(load().settings[key]).toEqual(file[1])
  expect(origin(load())).toMatchObject({ origin: 'file', source: join(folder, CONFIG_FILE) })

  const environment = { [variable(key)]: env[0] }
  expect(load({}, environment).settings[key]).toEqual(env[1])
  expect(origin(load({}, environment))).toMatchObject({ origin: 'environment', source: variable(key) })

  expect(load({ [key]: flag }, environment).settings[key]).toEqual(flag)
  expect(origin(load({ [key]: flag }, environment))).toMatchObject({ origin: 'flag', source: `--${kebab(key)}` })
})

it('[N-255] takes a path in the file from the data folder, and one of a flag or variable as it is', () => {
  writeFile('swarm-key-file = "swarm.key"\npassphrase-file = "/etc/borgo/passphrase"\n')
  expect(load().settings).toMatchObject({
    swarmKeyFile: join(folder, 'swarm.key'),
    passphraseFile: '/etc/borgo/passphrase'
  })
  expect(load({ swarmKeyFile: 'flag.key' }).settings.swarmKeyFile).toBe('flag.key')
  writeFile('swarm-key-file = ""\n')
  expect(load().settings.swarmKeyFile).toBe('')
})

it('[N-41] names an unknown key of the file and the one that was meant', () => {
  writeFile('api-prot = 1\n')
  expect(() => load()).toThrow(/config\.toml sets api-prot, which does not exist: did you mean api-port\?/)
})

it('[N-41] names an unknown variable', () => {
  expect(() => load({}, { BORGO_NAMES: 'x' })).toThrow(/BORGO_NAMES.*did you mean BORGO_NAME\?/)
  expect(() => load({}, { BORGO_DATA: '/x', HOME: '/y' })).not.toThrow()
})

it('[N-41] lists what there is when nothing is near', () => {
  writeFile('colour-of-the-sky = "blue"\n')
  expect(() => load()).toThrow(/known: name, /)
})

it.each([
  ['api-port = "80"', /api-port \(from .*config\.toml\) is "80", but it must be integer/],
  ['api-port = 65536', /api-port .* must be <= 65535/],
  ['listen = []', /listen .* must not have fewer than 1 items/],
  ['bootstrap = ["/ip4/192.0.2.1/tcp/4001"]', /bootstrap .* must match pattern/],
  ['log-level = "loud"', /log-level .* is "loud"/],
  ['name = ""', /name .* is ""/],
  ['name = ', /config\.toml is not TOML/]
])('[N-42] refuses %s and says what is wanted', (text, message) => {
  writeFile(text)
  expect(() => load()).toThrow(message)
})

it('[N-42] refuses text that is no number or switch', () => {
  expect(() => load({}, { BORGO_API_PORT: 'many' })).toThrow(/api-port \(from BORGO_API_PORT\) is "many"/)
  expect(() => load({}, { BORGO_MDNS: 'perhaps' })).toThrow(/mdns \(from BORGO_MDNS\) is "perhaps"/)
})

it('[N-190] enters the directory of names by nobody but whom the person names', () => {
  expect(load().settings).toMatchObject({ dht: 'auto', bootstrap: [] })
  writeFile('bootstrap = ["/ip4/192.0.2.1/tcp/4001/p2p/x"]\n')
  expect(load({}, { BORGO_BOOTSTRAP: '' }).settings.bootstrap).toEqual([])
})
