import { until, type TestNode } from '@borgo/node/testing'

/** What `furnish` made. */
export interface Ids {
  group: string
  workspace: string
  thread: string
  document: string
  content: string
  /** The account of the other, who is a contact. */
  person: string
}

/** Every page of the console, for the rules that hold for all of them. */
export interface Place {
  name: string
  path: (ids: Ids) => string
  /** Text that is there once the page has what it shows. */
  ready: string | RegExp
}

export const PLACES: readonly Place[] = [
  { name: 'overview', path: () => '/', ready: 'This node' },
  { name: 'groups', path: () => '/groups', ready: 'Famiglia' },
  { name: 'group', path: ({ group }) => `/groups/${group}`, ready: '2 members' },
  { name: 'create group', path: () => '/groups?do=create', ready: 'As everyone in it will see it' },
  { name: 'join group', path: () => '/groups?do=join', ready: 'Invitation link' },
  { name: 'people', path: () => '/people', ready: 'Contacts as a file' },
  { name: 'add a contact', path: () => '/people?do=add', ready: 'Their card' },
  { name: 'my card', path: () => '/people?do=card', ready: 'let them scan the picture' },
  { name: 'person', path: ({ person }) => `/people/contacts/${person}`, ready: 'Is it really them?' },
  { name: 'nobody', path: () => '/people/contacts/nobody', ready: 'You know nobody here' },
  { name: 'near me', path: () => '/people/near', ready: 'Show me to people near' },
  { name: 'activities', path: () => '/people/activities', ready: 'Una partita?' },
  { name: 'invite', path: () => '/people/activities?do=invite', ready: 'What it needs to begin' },
  { name: 'shown', path: () => '/people/shown', ready: 'pane caldo' },
  { name: 'show something', path: () => '/people/shown?do=publish', ready: 'By which programs find it' },
  { name: 'devices', path: () => '/people/devices', ready: 'Link another device' },
  { name: 'key', path: () => '/people/recovery', ready: 'It is whole' },
  { name: 'names', path: () => '/names', ready: 'sulla piazza' },
  { name: 'register a name', path: () => '/names?do=register', ready: 'Who knows it' },
  { name: 'chat', path: () => '/chat', ready: 'Choose a conversation.' },
  { name: 'conversation', path: ({ group }) => `/chat/${group}`, ready: 'Enter sends' },
  { name: 'search in chat', path: () => '/chat?find=ciao', ready: 'Ciao Bruno' },
  { name: 'search', path: () => '/search?q=chi', ready: 'Chi cucina?' },
  { name: 'workspaces', path: () => '/workspace', ready: 'Sagra' },
  { name: 'create workspace', path: () => '/workspace?do=create', ready: 'All its members see the workspace' },
  { name: 'workspace', path: ({ workspace }) => `/workspace/${workspace}`, ready: 'Chi cucina?' },
  { name: 'thread', path: ({ workspace, thread }) => `/workspace/${workspace}/threads/${thread}`, ready: 'Io no' },
  {
    name: 'document',
    path: ({ workspace, document }) => `/workspace/${workspace}/documents/${document}`,
    ready: 'Pane e formaggio'
  },
  { name: 'no workspace', path: () => '/workspace/nowhere', ready: 'This is not here' },
  { name: 'content', path: () => '/content', ready: 'ricetta.txt' },
  { name: 'details of a content', path: ({ content, group }) => `/content/${group}/${content}`, ready: 'Who has it' },
  { name: 'no content', path: ({ group }) => `/content/${group}/nothing`, ready: 'This is not here' },
  { name: 'compute', path: () => '/compute', ready: 'Share this computer' },
  { name: 'new job', path: () => '/compute?do=start', ready: 'Paints the Mandelbrot set' },
  { name: 'limits', path: () => '/admin', ready: 'Where none is set' },
  { name: 'storage', path: () => '/admin/storage', ready: 'Check and repair' },
  { name: 'parts', path: () => '/admin/parts', ready: 'Workspaces: boards and documents' },
  { name: 'settings', path: () => '/settings', ready: 'Settings of the node' },
  { name: 'unknown', path: () => '/nowhere', ready: 'No such page' }
]

/** A group of two with a message each way, a workspace and a file, so that pages have something to show. */
export async function furnish(ada: TestNode, bruno: TestNode): Promise<Ids> {
  const { id: group } = await ada.client.groups.create({ body: { name: 'Famiglia' } })
  const { link = '' } = await ada.client.groups.invite({ params: { group }, body: { uses: 5 } })
  await bruno.client.groups.join({ body: { link } })
  await ada.client.chat.send({ params: { group }, body: { text: 'Ciao Bruno' } })
  await bruno.client.chat.send({ params: { group }, body: { text: 'Ciao Ada' } })
  const { id: workspace } = await ada.client.workspaces.create({ body: { group, name: 'Sagra' } })
  const params = { workspace }
  const started = { title: 'Chi cucina?', text: 'Io no' }
  const { id: thread } = await ada.client.workspaces.startThread({ params, body: started })
  const { id: document } = await ada.client.workspaces.createDocument({ params, body: { title: 'Piano' } })
  const body = new TextEncoder().encode('Pane e formaggio')
  await ada.client.workspaces.writeDocument({ params: { workspace, document }, body })
  const query = { name: 'ricetta.txt', mime: 'text/plain' }
  const recipe = new TextEncoder().encode('Farina, uova, pazienza')
  const { cid: content } = await ada.client.content.upload({ params: { group }, query, body: recipe })
  const { link: who } = await bruno.client.contacts.card()
  const { account: person } = await ada.client.contacts.add({ body: { who } })
  const described = { comment: 'sulla piazza', data: Buffer.from('aperto').toString('base64') }
  for (const place of [{ scope: 'link' }, { scope: 'global' }, { scope: 'group', group }] as const)
    await ada.client.names.register({ body: { label: 'forno', ...place, ...described } })
  const shown = { type: 'text/plain', data: btoa('pane caldo'), scope: 'contacts' }
  await ada.client.objects.publish({ params: { id: 'mood' }, body: shown })
  // One's own: one that rings here would cover a part of every page.
  await ada.client.activities.invite({ body: { account: person, app: 'chess', message: 'Una partita?' } })
  return { group, workspace, thread, document, content, person }
}

/** The two become contacts; resolves when both know it. */
export async function befriend(ada: TestNode, bruno: TestNode): Promise<void> {
  const { link: who } = await bruno.client.contacts.card()
  await ada.client.contacts.add({ body: { who } })
  const asked = async () => (await bruno.client.contacts.list()).find(({ state }) => state === 'asked')
  const { account } = await until(bruno, ['contacts'], asked)
  await bruno.client.contacts.accept({ params: { account } })
  const isContact = async () =>
    (await ada.client.contacts.list()).find(({ group, state }) => group && state === 'contact')
  await until(ada, ['contacts', 'groups'], isContact)
}
