import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createNode } from '@borgo/core'
import { expect, it } from 'vitest'
import type { OpenDocument } from '../src/index.ts'
import { bytesOf, move, openAt } from './people.ts'
import type { Person } from './people.ts'

/** Resolves when `isSo`, looking whenever something happens. */
function until(isSo: () => boolean, watch: (look: () => void) => () => void): Promise<void> {
  return new Promise(resolve => {
    let stop: (() => void) | undefined = undefined
    const look = (): void => {
      if (!isSo()) return
      stop?.()
      resolve()
    }
    stop = watch(look)
    look()
  })
}

it('[C-12] works over real connections: two type at once, one is away for a while, presence comes and goes', async () => {
  const root = await mkdtemp(join(tmpdir(), 'borgo-'))
  const settle = async (name: string): Promise<Person> =>
    move(await createNode({ folder: join(root, name), name, listen: ['/ip4/127.0.0.1/tcp/0'] }))
  let [ada, ben] = [await settle('Ada'), await settle('Ben')]
  try {
    const group = await ada.node.groups.create({ name: 'Square' })
    await ben.node.groups.join((await group.invite()).link)
    const { id: workspace, createDocument } = await ada.workspaces.create(group.id, 'Festa')
    const { id: document } = await createDocument('Plan')
    const isThere = (): boolean =>
      ben.workspaces.list().length > 0 && ben.workspaces.open(workspace).documents().length > 0
    await until(isThere, look => ben.workspaces.subscribe(look))
    const place = { workspace, document }
    let [mine, theirs] = [openAt(ada, place), openAt(ben, place)]
    const equal = (one: OpenDocument, other: OpenDocument): Promise<void> =>
      until(
        () => bytesOf(one) === bytesOf(other),
        look => {
          const undos = [one.onChange(look), other.onChange(look)]
          return () => undos.forEach(undo => undo())
        }
      )

    mine.enter()
    await until(
      () => theirs.here().some(({ name }) => name === 'Ada'),
      look => theirs.onPresence(look)
    )
    mine.insert(0, 'Bread and cheese. ')
    theirs.insert(0, 'Shopping: ')
    await Promise.all([mine.flush(), theirs.flush()])
    await equal(mine, theirs)
    mine.leave()
    await until(
      () => theirs.here().length === 0,
      look => theirs.onPresence(look)
    )

    await theirs.close()
    await ben.node.stop()
    mine.insert(mine.text().length, 'Wine!')
    await mine.close()
    await ada.node.stop()
    // Ben writes while nobody is there, and Ada comes back.
    ben = await settle('Ben')
    theirs = openAt(ben, place)
    theirs.replace(theirs.text().replace('cheese', 'old cheese'))
    await theirs.flush()
    ada = await settle('Ada')
    // Both came back on new ports.
    await ada.node.dial(ben.node.addresses()[0] ?? '')
    mine = openAt(ada, place)
    await equal(mine, theirs)
    expect(mine.text()).toContain('old cheese')
    expect(mine.text()).toContain('Wine!')
  } finally {
    for (const { node } of [ada, ben]) await node.stop()
    await rm(root, { recursive: true, force: true })
  }
})
