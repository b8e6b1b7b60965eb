import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'

const FILE = 'ports.json'

/**
 * Puts ports in the place of 0: a free one the first time, the same one later, so that addresses others have kept stay
 * true. With `afresh`, as at the first time: somebody else took one of them.
 */
export async function stableAddresses(
  folder: string,
  addresses: readonly string[],
  { afresh = false } = {}
): Promise<string[]> {
  const path = join(folder, FILE)
  const ports = afresh ? {} : read(path)
  const chosen: Record<string, number> = {}
  const result: string[] = []
  for (const address of addresses) {
    if (!/\/tcp\/0(\/|$)/.test(address)) {
      result.push(address)
      continue
    }
    const port = (chosen[address] = ports[address] ?? (await freePort()))
    result.push(address.replace('/tcp/0', `/tcp/${port}`))
  }
  if (JSON.stringify(chosen) !== JSON.stringify(ports))
    writeFileSync(path, JSON.stringify(chosen, null, 2), { mode: 0o600 })
  return result
}

/** An unreadable file only costs the addresses their stability. */
function read(path: string): Record<string, number> {
  try {
    const ports: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const entries = Object.entries(ports ?? {}).filter(
      ([, port]) => Number.isInteger(port) && port > 0 && port < 65_536
    )
    return Object.fromEntries(entries) as Record<string, number>
  } catch {
    return {}
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
