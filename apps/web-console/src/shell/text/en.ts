export const text = {
  nav: {
    label: 'Areas',
    overview: 'Overview',
    groups: 'Groups',
    people: 'People',
    names: 'Names',
    chat: 'Chat',
    workspace: 'Workspace',
    content: 'Content',
    compute: 'Compute',
    admin: 'Administration',
    settings: 'Settings'
  },
  skip: 'Skip to the content',
  openMenu: 'Open the menu',
  closeMenu: 'Close the menu',
  goTo: 'Go to…',
  palette: {
    title: 'Go to',
    placeholder: 'An area, a group, an action, or words to search for',
    find: 'Search for “{{words}}” in everything',
    search: 'Search in everything',
    areas: 'Area',
    groups: 'Group',
    actions: 'Action',
    newGroup: 'Create a group',
    joinGroup: 'Join a group by a link',
    newWorkspace: 'Create a workspace',
    addContact: 'Add a contact',
    myCard: 'Show my card',
    invite: 'Invite somebody to an activity',
    show: 'Show others something',
    near: 'See who is near',
    storage: 'Storage, check and backup',
    linkDevice: 'Link a device',
    key: 'My key and recovery',
    light: 'Light colours',
    dark: 'Dark colours',
    auto: 'Colours as the system says'
  },
  silent: {
    title: 'The node does not answer',
    body: 'Start it with “borgo start”. This page goes on by itself.'
  },
  notFound: {
    title: 'No such page',
    body: 'The address may be old or mistyped.',
    action: 'Go to the overview'
  },
  broken: {
    title: 'This page broke',
    action: 'Load again'
  },
  changePresence: 'Say how you are',
  waiting: '{{count}} new',
  neighbours_zero: 'No neighbours connected',
  neighbours_one: '{{count}} neighbour connected',
  neighbours_other: '{{count}} neighbours connected'
} as const
