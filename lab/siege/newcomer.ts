/** Dials one address again and again, each time as somebody new; sends how long each dial took, ms. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createNode } from '@borgo/core'

const [address = '', count = ''] = process.argv.slice(2)
const root = await mkdtemp(join(tmpdir(), 'borgo-lab-newcomer-'))
try {
  for (let number = 0; number < Number(count); number++) {
    const node = await createNode({ folder: join(root, String(number)) })
    const began = performance.now()
    await node.dial(address)
    process.send?.(performance.now() - began)
    await node.stop()
  }
} finally {
  await rm(root, { recursive: true, force: true })
}
process.disconnect()
