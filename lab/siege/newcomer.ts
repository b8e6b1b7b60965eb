/** Dials one address again and again, each time as somebody new in a folder of that one; sends how long each dial took, ms. */
import { join } from 'node:path'
import { createNode } from '@borgo/core'

const [address = '', count = '', folder = ''] = process.argv.slice(2)
for (let number = 0; number < Number(count); number++) {
  const node = await createNode({ folder: join(folder, `newcomer-${number}`) })
  const began = performance.now()
  await node.dial(address)
  process.send?.(performance.now() - began)
  await node.stop()
}
process.disconnect()
