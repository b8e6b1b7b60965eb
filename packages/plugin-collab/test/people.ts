import type { BorgoNode, Group, GroupId, RecordId, Role } from '@borgo/core'
import { createVillage } from '@borgo/core/testing'
import type { Village } from '@borgo/core/testing'
import { collab } from '../src/index.ts'
import type { OpenDocument, Workspaces } from '../src/index.ts'

export interface Person {
  node: BorgoNode
  workspaces: Workspaces
}

/** People of a village, each with the plugin. */
export async function settle(village: Village, ...names: string[]): Promise<Person[]> {
  const people: Person[] = []
  for (const name of names) people.push(await move(await village.settle(name)))
  return people
}

/** Starts the plugin on a node. */
export async function move(node: BorgoNode): Promise<Person> {
  return { node, workspaces: (await node.use(collab())).workspaces }
}

/** Everybody in one group of the first one's. */
export async function gather(village: Village, [first, ...others]: Person[], role: Role = 'writer'): Promise<Group> {
  if (first === undefined) throw new TypeError('nobody')
  const group = await first.node.groups.create({ name: 'Square' })
  if (others.length > 0) {
    const { link } = await group.invite({ role, uses: others.length })
    for (const { node } of others) await village.run(node.groups.join(link))
  }
  for (const { node } of [first, ...others])
    await village.until(() => node.groups.get(group.id)?.members().length === others.length + 1)
  return group
}

/** A workspace with a document, known to everybody. */
export async function found(village: Village, people: Person[], group: GroupId): Promise<Place> {
  const workspace = await people[0]!.workspaces.create(group, 'Festa')
  const document = await workspace.createDocument('Plan')
  const place = { workspace: workspace.id, document: document.id }
  for (const { workspaces } of people)
    await village.until(
      () =>
        workspaces.list(group).length === 1 &&
        workspaces
          .open(place.workspace)
          .documents()
          .some(({ id }) => id === place.document)
    )
  return place
}

export interface Place {
  workspace: RecordId
  document: RecordId
}

export function openAt({ workspaces }: Person, { document, workspace }: Place): OpenDocument {
  return workspaces.open(workspace).openDocument(document)
}

export const bytesOf = (document: OpenDocument): string => Buffer.from(document.state()).toString('hex')

export { createVillage }
