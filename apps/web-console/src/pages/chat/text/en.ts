export const text = {
  title: 'Chat',
  conversations: 'Conversations',
  start: 'New conversation',
  back: 'All conversations',
  unread_one: '{{count}} unread message',
  unread_other: '{{count}} unread messages',
  nothing: 'No messages yet',
  mine: 'You: {{text}}',
  empty: {
    title: 'No conversation yet',
    body: 'Every group has one, and you can talk to any member of your groups alone. Create or join a group first.',
    groups: 'Go to the groups'
  },
  choose: 'Choose a conversation.',
  unknown: 'There is no such conversation on this node.',
  first: {
    title: 'The page is still blank',
    body: 'Write the first message: everyone here will find it, also those who are offline now.'
  },
  log: 'Messages with {{name}}',
  older: 'Show older messages',
  today: 'Today',
  yesterday: 'Yesterday',
  message: 'Message to {{name}}',
  placeholder: 'Write a message',
  send: 'Send',
  keys: 'Enter sends, Shift and Enter begins a new line.',
  readOnly: 'You may read here; an owner can let you write.',
  alone: 'Nobody else is online. Messages wait and are delivered as soon as somebody comes.',
  typing_one: '{{names}} is writing…',
  typing_other: '{{names}} are writing…',
  status: {
    stored: 'Saved on this node',
    delivered_one: 'Delivered to {{count}} person',
    delivered_other: 'Delivered to {{count}} people',
    read_one: 'Read by {{count}} person',
    read_other: 'Read by {{count}} people'
  },
  reply: 'Reply',
  replyTo: 'Reply to {{name}}',
  dropReply: 'Do not reply to this message',
  earlier: 'An earlier message',
  person: {
    title: 'New conversation',
    label: 'With whom',
    none: 'There is nobody else in your groups yet. Invite somebody first.'
  },
  search: {
    label: 'Search all messages',
    placeholder: 'Search',
    clear: 'End the search',
    by: 'Written by',
    anybody: 'Anybody',
    when: 'Written when',
    ever: 'At any time',
    days_one: 'In the last day',
    days_other: 'In the last {{count}} days',
    found: 'Messages found',
    none: 'No message on this node has all these words.',
    more: 'Show more',
    alone: 'Found, further back than what is loaded here'
  }
} as const
