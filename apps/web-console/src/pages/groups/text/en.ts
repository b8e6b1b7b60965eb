export const text = {
  title: 'Groups',
  intro: 'A group is a circle of people who share messages, files, documents and computing power, and nobody else.',
  create: {
    open: 'Create a group',
    title: 'Create a group',
    name: 'Name',
    nameHint: 'As everyone in it will see it, up to 64 characters',
    submit: 'Create'
  },
  join: {
    open: 'Join by a link',
    title: 'Join a group',
    link: 'Invitation link',
    hint: 'Paste what you were sent. It begins with “borgo:join/”.',
    busy: 'Looking for a member of the group. This takes a few seconds.',
    submit: 'Join',
    done: 'Welcome to {{name}}'
  },
  empty: {
    title: 'No group yet',
    body: 'Create one and invite others, or paste an invitation link that somebody sent you.'
  },
  members_one: '{{count}} member',
  members_other: '{{count}} members',
  onlineCount: '{{count}} online',
  back: 'All groups',
  unknown: {
    title: 'This node is in no such group',
    body: 'The address may be mistyped, or the group is on another node of yours.'
  },
  role: { owner: 'Owner', admin: 'Admin', writer: 'Writer', reader: 'Reader', relay: 'Relay' },
  roleHint: {
    owner: 'decides everything',
    admin: 'invites and removes people',
    writer: 'reads and writes',
    reader: 'only reads',
    relay: 'passes on what it cannot read'
  },
  detail: {
    members: 'Members',
    name: 'Name',
    role: 'Role',
    devices: 'Devices',
    joined: 'Joined',
    talk: 'Write to {{name}}',
    id: 'Group id',
    you: '{{role}} since {{date}}',
    alone: 'You are the only one here so far. Make an invitation and send it to somebody.'
  },
  invite: {
    open: 'Invite',
    title: 'Invite to {{name}}',
    role: 'They join as',
    uses: 'How many people may use it',
    expiry: 'Valid for',
    hour: '1 hour',
    day: '1 day',
    week: '7 days',
    month: '30 days',
    submit: 'Make a link',
    ready: 'Send this link to whom you want to invite, or let them scan the picture.',
    secret: 'Whoever has it can join: treat it like a key.',
    link: 'the invitation link',
    qr: 'Invitation to {{name}} as a QR code',
    another: 'Make another'
  },
  invitations: {
    title: 'Open invitations',
    none: 'None at the moment.',
    used: 'Used {{used}} of {{uses}}',
    expires: 'expires',
    elsewhere: 'Made on another device: its link is known there.'
  }
} as const
