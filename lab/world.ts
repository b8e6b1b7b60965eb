import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Weather } from './cable/delay-line.ts'

/** A computer, router or switch of the laboratory: a network namespace. */
export interface Machine {
  readonly namespace: string
  /** What to put before a command, so that it runs there, and ends when this process does. */
  readonly inside: readonly string[]
  run(...command: string[]): void
  nft(rules: string): void
}

/** A switch. */
export interface Lan extends Machine {
  /** From now on it drops, without a word, what would go from the first to the second of each pair, and nothing else. */
  drop(...pairs: [from: Cable, to: Cable][]): void
}

/** A cable between a machine and a switch. */
export interface Cable {
  /** At the switch. */
  readonly port: string
  pull(): void
  plugIn(): void
}

/** A cable on which frames are late, lost or out of order, as `weather` says. */
export interface BadCable extends Cable {
  weather(weather: Weather): void
}

export interface CableOptions {
  /** The interface at the machine. @default 'eth0' */
  device?: string
  /** With their prefix lengths; of link-local ones as many as are wanted. @default none */
  addresses?: readonly string[]
}

/** What stands between a host and the Internet. `cone` keeps a port for all destinations, `symmetric` picks a new one. */
export type Nat = 'none' | 'cone' | 'symmetric'

/** Machines and cables, apart from everything else. Needs root, iproute2, nftables; a bad cable /dev/net/tun and perl. */
export interface World {
  /** A machine. Without IPv6, if so told: its interfaces have no addresses of that then. */
  machine(name: string, options?: { ipv6?: boolean }): Machine
  lan(name: string): Lan
  connect(machine: Machine, lan: Lan, options?: CableOptions): Cable
  /** `seed`: which frames are lost and how late each is follow from it alone. */
  connectBadly(machine: Machine, lan: Lan, options: CableOptions & { seed: number }): Promise<BadCable>
  /** A host with a public address, or behind a router that drops what it does not know. */
  internetHost(name: string, internet: Lan, nat: Nat): Machine
  /** Removes all of it, and ends whatever runs in it. */
  remove(): void
}

/** libp2p takes the ranges for documentation for private ones. */
const PUBLIC = '198.52.100'
/** What names of this run's namespaces and folders begin with: several runs lie side by side. */
export const OF_THIS_RUN = `borgo-lab-${process.pid}-`
const OF_A_RUN = /^borgo-lab-(\d+)-/
const WEATHER_PROCESS = join(import.meta.dirname, 'cable', 'bad-cable.ts')
/** Opens two TAP devices and goes on as the program named after them, which inherits both and is told their numbers. */
const WITH_TAPS = `
  $^F = 1023;
  for my $tap (splice @ARGV, 0, 2) {
    open(my $device, '+<', '/dev/net/tun') or die "/dev/net/tun: $!";
    ioctl($device, 0x400454ca, pack('Z16 S x22', $tap, 0x1002)) or die "$tap: $!";
    push @devices, $device;
  }
  exec @ARGV, map { fileno($_) } @devices or die "$ARGV[0]: $!";
`

let worlds = 0

export function createWorld(): World {
  const prefix = `${OF_THIS_RUN}${++worlds}-`
  const namespaces: string[] = []
  let ports = 0
  let hosts = 0

  const machine = (name: string, { ipv6 = true } = {}): Machine => {
    const namespace = prefix + name
    run('ip', 'netns', 'add', namespace)
    namespaces.push(namespace)
    const made: Machine = {
      namespace,
      inside: ['setpriv', '--pdeathsig', 'KILL', 'ip', 'netns', 'exec', namespace],
      run: (...command) => run('ip', 'netns', 'exec', namespace, ...command),
      nft: rules => made.run('nft', rules)
    }
    // Nobody else is on these links: addresses of IPv6 need no second of waiting for that.
    const settings = ipv6 ? { accept_dad: 0, accept_ra: 0 } : { disable_ipv6: 1 }
    for (const [key, value] of Object.entries(settings))
      for (const which of ['all', 'default']) set(made, `net/ipv6/conf/${which}/${key}`, value)
    made.run('ip', 'link', 'set', 'lo', 'up')
    return made
  }

  const lan = (name: string): Lan => {
    const made = machine(name)
    made.run('ip', 'link', 'add', 'switch', 'type', 'bridge')
    made.run('ip', 'link', 'set', 'switch', 'up')
    made.nft('table bridge lab { chain through { type filter hook forward priority 0; }; }')
    return {
      ...made,
      drop(...pairs) {
        const rules = pairs.map(([from, to]) => `add rule bridge lab through iif ${from.port} oif ${to.port} drop`)
        made.nft(['flush chain bridge lab through', ...rules].join('\n'))
      }
    }
  }

  const configure = (at: Machine, { device = 'eth0', addresses = [] }: CableOptions): void => {
    at.run('ip', 'link', 'set', device, 'up')
    for (const address of addresses) at.run('ip', 'address', 'add', address, 'dev', device)
  }
  const cable = (at: Lan, port: string): Cable => {
    const put = (state: string): void => at.run('ip', 'link', 'set', port, state)
    at.run('ip', 'link', 'set', port, 'master', 'switch')
    put('up')
    return { port, pull: () => put('down'), plugIn: () => put('up') }
  }
  const connect = (at: Machine, to: Lan, options: CableOptions = {}): Cable => {
    const { device = 'eth0' } = options
    const port = `port${++ports}`
    at.run('ip', 'link', 'add', device, 'type', 'veth', 'peer', 'name', port, 'netns', to.namespace)
    const made = cable(to, port)
    configure(at, options)
    return made
  }

  const remove = (): void => {
    process.off('exit', remove)
    for (const namespace of namespaces.splice(0).reverse()) removeNamespace(namespace)
  }
  process.on('exit', remove)

  return {
    machine,
    lan,
    connect,
    async connectBadly(at, to, options) {
      const { seed, device = 'eth0' } = options
      const port = `port${++ports}`
      const far = `far${ports}`
      const [program = '', ...args] = [...to.inside, 'perl', '-e', WITH_TAPS, port, far, process.execPath]
      const carrier = spawn(program, [...args, WEATHER_PROCESS, String(seed)], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc']
      })
      // It says when it has both ends.
      await Promise.race([once(carrier, 'message'), once(carrier, 'exit')])
      if (carrier.exitCode !== null) throw new Error('a bad cable could not be laid')
      to.run('ip', 'link', 'set', far, 'netns', at.namespace, 'name', device)
      const made = cable(to, port)
      configure(at, options)
      return { ...made, weather: weather => void carrier.send(weather) }
    },
    internetHost(name, internet, nat) {
      const number = 10 + hosts++
      const address = `${PUBLIC}.${number}/24`
      const host = machine(name)
      if (nat === 'none') {
        connect(host, internet, { addresses: [address] })
        return host
      }
      const router = machine(`${name}-router`)
      const home = `10.${number}.0`
      connect(router, internet, { device: 'wan', addresses: [address] })
      host.run('ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'home', 'netns', router.namespace)
      configure(router, { device: 'home', addresses: [`${home}.1/24`] })
      configure(host, { addresses: [`${home}.2/24`] })
      host.run('ip', 'route', 'add', 'default', 'via', `${home}.1`)
      set(router, 'net/ipv4/ip_forward', 1)
      router.nft(rulesOf(nat))
      return host
    },
    remove
  }
}

/** Removes what runs left behind that were killed. */
export function sweep(): void {
  for (const namespace of leftIn('/run/netns')) removeNamespace(namespace)
  for (const folder of leftIn(tmpdir())) rmSync(join(tmpdir(), folder), { recursive: true, force: true })
}

function leftIn(folder: string): string[] {
  // Nobody made a namespace since the machine started.
  if (!existsSync(folder)) return []
  return readdirSync(folder).filter(name => {
    const pid = OF_A_RUN.exec(name)?.[1]
    return pid !== undefined && !isRunning(Number(pid))
  })
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function removeNamespace(namespace: string): void {
  const inside = execFileSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' })
  for (const pid of inside.split('\n').filter(Boolean)) process.kill(Number(pid), 'SIGKILL')
  run('ip', 'netns', 'del', namespace)
}

/** As home routers do: what was not asked for from inside is dropped, without an answer. */
const rulesOf = (nat: Exclude<Nat, 'none'>): string => `
  table ip nat {
    chain out { type nat hook postrouting priority srcnat; oifname "wan" masquerade ${nat === 'symmetric' ? 'fully-random' : ''}; }
  }
  table ip filter {
    chain in { type filter hook input priority 0; policy accept; iifname "wan" ct state established,related accept; iifname "wan" drop; }
    chain through { type filter hook forward priority 0; policy drop; iifname "home" accept; ct state established,related accept; }
  }
`

function set({ run }: Machine, key: string, value: number): void {
  run('sh', '-c', `echo ${value} > /proc/sys/${key}`)
}

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
}
