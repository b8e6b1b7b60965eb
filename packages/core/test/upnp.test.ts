import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

/** Multicast leaves the machine; without root a network namespace takes a user namespace as well. */
const UNSHARE = process.getuid?.() === 0 ? ['-n'] : ['-Urn']

interface Said {
  upnp: { state: string; addresses?: string[]; reason?: string }
  outside: string[]
  inside: string[]
  mapped: Record<string, string>
  left: Record<string, string>
}

async function ask(behaviour: string): Promise<Said> {
  const script = [
    'ip link set lo up multicast on',
    'ip addr add 192.168.77.1/32 dev lo',
    'ip addr add 192.168.77.2/32 dev lo',
    'ip route add 224.0.0.0/4 dev lo',
    `exec ${process.execPath} ${import.meta.dirname}/upnp-node.ts ${behaviour}`
  ].join(' && ')
  const { stdout } = await promisify(execFile)('unshare', [...UNSHARE, 'sh', '-c', script])
  return JSON.parse(stdout) as Said
}

describe.concurrent('a router that is asked for a way in', () => {
  it.each(['good', 'second', 'permanent'])(
    '[T-46] maps ports, and is told to forget them at the end: %s',
    async kind => {
      const { upnp, outside, inside, mapped, left } = await ask(kind)
      const [tcp, ws] = inside as [string, string]
      expect(upnp).toEqual({ state: 'mapped', addresses: [tcp, ws].map(port => `51.0.0.1:${port}`) })
      expect(outside).toEqual([`/ip4/51.0.0.1/tcp/${tcp}`, `/ip4/51.0.0.1/tcp/${ws}/ws`])
      expect(mapped).toEqual({ [`TCP ${tcp}`]: `192.168.77.2:${tcp}`, [`TCP ${ws}`]: `192.168.77.2:${ws}` })
      expect(left).toEqual({})
    }
  )

  it('[T-46] may have given a port away: then another one is taken', async () => {
    const { outside, inside, left } = await ask('taken')
    expect(outside[0]).toBe(`/ip4/51.0.0.1/tcp/${Number(inside[0]) + 2}`)
    expect(left).toEqual({})
  })

  it.each([
    ['refusing', 'the router refused AddPortMapping with code 606'],
    ['double', 'the router has no public address itself (10.0.0.7)'],
    ['odd', 'the router has no public address itself (?[2J?)'],
    ['endless', 'the router says too much']
  ])('[T-47] does no harm when it fails, and the reason is shown: %s', async (kind, reason) => {
    const { upnp, outside, inside, mapped } = await ask(kind)
    expect(upnp).toEqual({ state: 'failed', reason })
    expect(inside).toHaveLength(2)
    expect([outside, mapped]).toEqual([[], {}])
  })

  it.each(['silent', 'liar', 'elsewhere'])(
    '[T-47] is not believed where it names another machine, and waited for: %s',
    async kind => {
      const { upnp, outside, mapped } = await ask(kind)
      expect(upnp).toEqual({ state: 'searching' })
      expect([outside, mapped]).toEqual([[], {}])
    }
  )
})
