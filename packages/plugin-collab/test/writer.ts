import { createNode } from '@borgo/core'
import { collab } from '../src/index.ts'

/** A process that types until it is killed and says what was acknowledged: `node writer.ts <folder>`. */
const [folder = ''] = process.argv.slice(2)
const node = await createNode({ folder, name: 'Ada', listen: ['/ip4/127.0.0.1/tcp/0'] })
const { workspaces } = await node.use(collab())
const group = node.groups.list()[0] ?? (await node.groups.create({ name: 'Square' }))
const workspace = workspaces.list()[0] ?? (await workspaces.create(group.id, 'Festa'))
const place = workspaces.open(workspace.id)
const { id } = place.documents()[0] ?? (await place.createDocument('Plan'))
const document = place.openDocument(id)
process.stdout.write(`text ${document.text().length}\n`)
for (;;) {
  document.insert(document.text().length, '.')
  await document.flush()
  process.stdout.write(`saved ${document.text().length}\n`)
}
