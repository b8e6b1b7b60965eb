import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'

/**
 * Multicast leaves the machine, so that these nodes live in a network namespace of their own, with nothing but loopback
 * in it. Without root it takes a user namespace as well.
 */
const UNSHARE = process.getuid?.() === 0 ? ['-n'] : ['-Urn']
const LOOPBACK = 'ip link set lo up multicast on && ip route add 224.0.0.0/4 dev lo'
/** A cable with both ends in here, whose addresses are those that the system gives by itself, at once: fe80::/64. */
const CABLE = [
  'ip link set lo up',
  'echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad',
  'ip link add name near type veth peer name far',
  'ip link set near up',
  'ip link set far up'
].join(' && ')
const HOLD = 'echo ready && read -r _'

describe('mDNS', () => {
  const processes: ChildProcess[] = []

  /** A child and its lines; `line` resolves to the one of that number once it is there. */
  const run = (command: string, args: string[]) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    processes.push(child)
    const lines: string[] = []
    const wake = new EventEmitter()
    let errors = ''
    child.stderr.on('data', chunk => (errors += String(chunk)))
    createInterface(child.stdout).on('line', text => {
      lines.push(text)
      wake.emit('more')
    })
    child.once('exit', () => wake.emit('error', new Error(`${command} ended: ${errors}`)))
    wake.on('error', () => undefined)
    const line = async (number: number): Promise<string> => {
      while (lines.length <= number) await once(wake, 'more')
      return lines[number]!
    }
    return { child, lines, line }
  }

  afterEach(async () => {
    for (const child of processes.splice(0).reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      const exited = once(child, 'exit')
      child.stdin?.end()
      await exited
    }
  })

  /** Makes a namespace; what it returns starts a node in there and waits until it runs. */
  const village = async (set = LOOPBACK) => {
    const holder = run('unshare', [...UNSHARE, 'sh', '-c', `${set} && ${HOLD}`])
    expect(await holder.line(0)).toBe('ready')
    const users = UNSHARE[0] === '-n' ? [] : ['-U', '--preserve-credentials']
    return async (mdns: 'on' | 'off', ...options: string[]) => {
      const script = `${import.meta.dirname}/mdns-node.ts`
      const node = run('nsenter', [
        '-t',
        String(holder.child.pid),
        '-n',
        ...users,
        process.execPath,
        script,
        mdns,
        ...options
      ])
      return { ...node, peer: (await node.line(0)).replace('started ', '') }
    }
  }

  it('[T-22] finds peers on the link, which can then be dialled', async () => {
    const start = await village()
    const [one, two] = await Promise.all([start('on'), start('on')])
    expect(await one.line(1)).toBe(`reached ${two.peer}`)
    expect(await two.line(1)).toBe(`reached ${one.peer}`)
  })

  it('[T-22] finds peers where nobody gave out addresses, and reaches them there', async () => {
    const start = await village(CABLE)
    const [one, two] = await Promise.all([start('on', '/ip6/::/tcp/0'), start('on', '/ip6/::/tcp/0')])
    expect(await one.line(1)).toBe(`reached ${two.peer}`)
    expect(await two.line(1)).toBe(`reached ${one.peer}`)
  })

  it('[T-34] [T-100] over addresses that mean something on one interface only, sockets carry bulk', async () => {
    const start = await village(CABLE)
    const listen = '/ip6/::/tcp/0'
    const nodes = await Promise.all([start('on', listen, 'bulk'), start('on', listen, 'bulk')])
    for (const { line } of nodes) {
      const [carrier, addresses = ''] = (await line(2)).split(' ')
      expect(carrier).toBe('socket')
      for (const address of addresses.split(',')) expect(address).toMatch(/^\/ip6zone\/(near|far)\/ip6\/fe80:/)
    }
  })

  it('[T-22] finds nobody when it is switched off, and is found by nobody', async () => {
    const start = await village()
    const silent = await start('off')
    const [one, two] = await Promise.all([start('on'), start('on')])
    await Promise.all([one.line(1), two.line(1)])
    const three = await start('on')
    await Promise.all([one.line(2), two.line(2), three.line(2)])
    expect(silent.lines).toEqual([`started ${silent.peer}`])
    for (const { lines } of [one, two, three]) expect(lines.join()).not.toContain(silent.peer)
  })
})
