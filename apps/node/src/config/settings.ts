import { userInfo } from 'node:os'
import { LogLevel, Name } from '@borgo/api'
import { Type, type Static } from 'typebox'

/** What there is to run; `compose.ts` knows what is behind each name. */
export const PLUGINS = ['rtc', 'distribution', 'collab', 'compute'] as const

/**
 * Every setting, once. A key `apiPort` is `--api-port` on the command line, `BORGO_API_PORT` in the environment and
 * `api-port` in `config.toml`.
 */
export const Settings = Type.Object(
  {
    name: Type.Unsafe<string>({ ...Name, description: 'Your display name at the first start' }),
    passphraseFile: Type.String({
      description: 'File with the passphrase that encrypts the keys; none: not encrypted'
    }),
    listen: Type.Array(Type.String({ pattern: '^/' }), {
      minItems: 1,
      description: 'Addresses for other peers; port 0 is chosen at the first start and then kept'
    }),
    mdns: Type.Boolean({ description: 'Find and be found by peers on the same link' }),
    relay: Type.Union([Type.Literal('off'), Type.Literal('members'), Type.Literal('anyone')], {
      description: 'Who may be reached through this node: off, members (of your groups) or anyone'
    }),
    reserve: Type.Union([Type.Literal('auto'), Type.Literal('always'), Type.Literal('never')], {
      description: 'Be reached through members that relay: auto (when needed), always or never'
    }),
    upnp: Type.Boolean({ description: 'Ask the router for a way in' }),
    dht: Type.Union([Type.Literal('off'), Type.Literal('client'), Type.Literal('auto')], {
      description:
        'Take part in the DHT, where members and global names are found: off, client (only ask) or auto (keep some for others, too)'
    }),
    bootstrap: Type.Array(Type.String({ pattern: '^/.+/p2p/[^/]+$' }), {
      description: 'Nodes to enter the DHT by, as addresses that end in /p2p/<device>; any connected node is one, too'
    }),
    bulkPort: Type.Integer({
      minimum: 0,
      maximum: 65_535,
      description: 'Port for large amounts, beside the addresses listened on; 0: any free one'
    }),
    strangers: Type.Integer({
      minimum: 1,
      maximum: 200,
      description: 'How many peers may be connected that share no group with this node'
    }),
    strangersPerHost: Type.Integer({
      minimum: 1,
      maximum: 200,
      description: 'As many of them may come from one address, as from behind one router'
    }),
    swarmKeyFile: Type.String({
      description: 'File with the key of a private network (swarm.key); none: the network is open'
    }),
    memberQuotaMib: Type.Integer({
      minimum: 1,
      maximum: 2 ** 30,
      description: "What one person's records may take in one group on this disk, MiB"
    }),
    groupQuotaMib: Type.Integer({
      minimum: 1,
      maximum: 2 ** 30,
      description: 'What the records of one group may take on this disk, MiB'
    }),
    apiPort: Type.Integer({
      minimum: 0,
      maximum: 65_535,
      description: 'Port of console and API on loopback; 0: any free one. The default moves on when it is taken'
    }),
    plugins: Type.Array(Type.Unsafe<(typeof PLUGINS)[number]>({ type: 'string', enum: PLUGINS }), {
      uniqueItems: true,
      description: 'Parts that start with the node; `borgo plugin` starts and stops them while it runs'
    }),
    logLevel: Type.Unsafe<LogLevel>({ ...LogLevel, description: 'Least level that is logged' })
  },
  { additionalProperties: false }
)
export type Settings = Static<typeof Settings>
export type SettingKey = keyof Settings

export const SETTING_KEYS = Object.keys(Settings.properties) as SettingKey[]

/** A node is useful when others reach it, so it listens on every interface; peers and groups prove themselves. */
export function defaultSettings(): Settings {
  return {
    name: ownName(),
    passphraseFile: '',
    listen: ['/ip4/0.0.0.0/tcp/0', '/ip6/::/tcp/0', '/ip4/0.0.0.0/tcp/0/ws'],
    mdns: true,
    relay: 'members',
    reserve: 'auto',
    upnp: false,
    dht: 'auto',
    bootstrap: [],
    bulkPort: 0,
    strangers: 200,
    strangersPerHost: 64,
    swarmKeyFile: '',
    memberQuotaMib: 1_024,
    groupQuotaMib: 8_192,
    apiPort: 4680,
    plugins: [...PLUGINS],
    logLevel: 'info'
  }
}

/** `apiPort` → `api-port` */
export function kebab(key: string): string {
  return key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}

/** `apiPort` → `BORGO_API_PORT` */
export function variable(key: string): string {
  return `BORGO_${kebab(key).replaceAll('-', '_').toUpperCase()}`
}

/** Throws where the user has no entry in the system's list, as in some containers. */
function ownName(): string {
  try {
    return userInfo().username.slice(0, 64) || 'anonymous'
  } catch {
    return 'anonymous'
  }
}
