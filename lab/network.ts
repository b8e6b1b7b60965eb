import { execFileSync } from 'node:child_process'

/** What stands between a host and the internet. `cone` keeps a port for all destinations, `symmetric` picks a new one. */
export type Nat = 'none' | 'cone' | 'symmetric'

/**
 * An internet of its own: hosts in network namespaces on one switch, each with a public address of a range for
 * documentation, or behind a router with NAT that drops what it does not know. Needs root, iproute2 and nftables.
 */
export interface Internet {
  /** Adds a host and returns the name of its namespace. */
  host(name: string, nat: Nat): string
  /** Removes every namespace, whatever runs in them. */
  remove(): void
}

const PUBLIC = '198.51.100'
/** Namespaces of several runs live side by side. */
const RUN = `borgo${process.pid}`

export function createInternet(): Internet {
  const namespaces: string[] = []
  let hosts = 0
  const addNamespace = (name: string): string => {
    const namespace = `${RUN}-${name}`
    run('ip', 'netns', 'add', namespace)
    namespaces.push(namespace)
    inside(namespace, 'ip', 'link', 'set', 'lo', 'up')
    return namespace
  }
  const internet = addNamespace('internet')
  inside(internet, 'ip', 'link', 'add', 'switch', 'type', 'bridge')
  inside(internet, 'ip', 'link', 'set', 'switch', 'up')

  /** A cable from a namespace to the switch. */
  const plugIn = (namespace: string, port: number): void => {
    const end = `port${port}`
    run('ip', '-n', namespace, 'link', 'add', 'wan', 'type', 'veth', 'peer', 'name', end, 'netns', internet)
    inside(internet, 'ip', 'link', 'set', end, 'master', 'switch', 'up')
    inside(namespace, 'ip', 'address', 'add', `${PUBLIC}.${port}/24`, 'dev', 'wan')
    inside(namespace, 'ip', 'link', 'set', 'wan', 'up')
  }

  const remove = (): void => {
    process.off('exit', remove)
    for (const namespace of namespaces.splice(0).reverse()) run('ip', 'netns', 'del', namespace)
  }
  process.on('exit', remove)

  return {
    host(name, nat) {
      const port = 10 + hosts++
      const host = addNamespace(name)
      if (nat === 'none') {
        plugIn(host, port)
        return host
      }
      const router = addNamespace(`${name}-router`)
      plugIn(router, port)
      const home = `10.${port}.0`
      run('ip', '-n', host, 'link', 'add', 'home', 'type', 'veth', 'peer', 'name', 'home', 'netns', router)
      inside(router, 'ip', 'address', 'add', `${home}.1/24`, 'dev', 'home')
      inside(router, 'ip', 'link', 'set', 'home', 'up')
      inside(host, 'ip', 'address', 'add', `${home}.2/24`, 'dev', 'home')
      inside(host, 'ip', 'link', 'set', 'home', 'up')
      inside(host, 'ip', 'route', 'add', 'default', 'via', `${home}.1`)
      inside(router, 'sysctl', '-q', '-w', 'net.ipv4.ip_forward=1')
      inside(router, 'nft', rulesOf(nat))
      return host
    },
    remove
  }
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

function inside(namespace: string, ...command: string[]): void {
  run('ip', 'netns', 'exec', namespace, ...command)
}

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
}
