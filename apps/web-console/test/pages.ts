import type { TestNode } from '@borgo/node/testing'

/** Every page of the console, for the rules that hold for all of them. */
export interface Place {
  name: string
  path: (ids: { group: string }) => string
  /** Text that is there once the page has what it shows. */
  ready: string | RegExp
}

export const PLACES: readonly Place[] = [
  { name: 'overview', path: () => '/', ready: 'This node' },
  { name: 'groups', path: () => '/groups', ready: 'Famiglia' },
  { name: 'group', path: ({ group }) => `/groups/${group}`, ready: '2 members' },
  { name: 'create group', path: () => '/groups?do=create', ready: 'As everyone in it will see it' },
  { name: 'join group', path: () => '/groups?do=join', ready: 'Invitation link' },
  { name: 'chat', path: () => '/chat', ready: 'Choose a conversation.' },
  { name: 'conversation', path: ({ group }) => `/chat/${group}`, ready: 'Enter sends' },
  { name: 'settings', path: () => '/settings', ready: 'Settings of the node' },
  { name: 'unknown', path: () => '/nowhere', ready: 'No such page' }
]

/** A group of two with a message each way, so that pages have something to show. */
export async function furnish(ada: TestNode, bruno: TestNode): Promise<{ group: string }> {
  const { id: group } = await ada.client.groups.create({ body: { name: 'Famiglia' } })
  const { link = '' } = await ada.client.groups.invite({ params: { group }, body: { uses: 5 } })
  await bruno.client.groups.join({ body: { link } })
  await ada.client.chat.send({ params: { group }, body: { text: 'Ciao Bruno' } })
  await bruno.client.chat.send({ params: { group }, body: { text: 'Ciao Ada' } })
  return { group }
}
