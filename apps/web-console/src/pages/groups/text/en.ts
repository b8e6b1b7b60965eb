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
  connectedCount: 'connected directly to {{count}}',
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
    stopped_one:
      '{{count}} device is stopped: its data was copied, and both were used, so nothing counts that it writes here since',
    stopped_other:
      '{{count}} devices are stopped: their data was copied, and both were used, so nothing counts that they write here since',
    clockAhead: 'Clock ahead of this one by {{by}}',
    clockBehind: 'Clock behind this one by {{by}}',
    alone: 'You are the only one here so far. Make an invitation and send it to somebody.'
  },
  invite: {
    open: 'Invite',
    title: 'Invite to {{name}}',
    role: 'They join as',
    whom: 'For whom',
    anybody: 'Whoever has the link',
    personal: 'Only {{name}} can use it.',
    uses: 'How many people may use it',
    expiry: 'Valid for',
    hour: '1 hour',
    day: '1 day',
    week: '7 days',
    month: '30 days',
    approval: 'An admin must accept who asks',
    approvalHint: 'For a link that many people will see.',
    asks: 'Whoever has it can ask to be let in; an admin decides.',
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
    for: 'for {{name}}',
    expires: 'expires',
    elsewhere: 'Made on another device: its link is known there.',
    approval: 'with approval',
    revoke: 'Revoke',
    revokeTitle: 'Revoke this invitation?',
    revokeBody: 'Its link stops working at once, and who waits after using it is not let in. This cannot be undone.'
  },
  manage: {
    open: 'Manage {{name}}',
    role: {
      open: 'Change the role',
      title: 'Another role for {{name}}',
      now: 'Now: {{role}}. From now on:',
      lower: 'Lower your role',
      lowerHint: 'Only who stands above you can give it back.',
      relayHint: 'The key is changed: a relay reads nothing that is written from then on.',
      submit: 'Change the role'
    },
    owner: {
      open: 'Hand the group over',
      title: 'Hand the group over to {{name}}?',
      body: '{{name}} becomes the owner and you become an admin. Only {{name}} can change that back.',
      submit: 'Hand over'
    },
    remove: {
      open: 'Remove',
      title: 'Remove {{name}}?',
      body: 'Nothing that is written from now on can be read with what this person has. Links that anybody may use end, too. Only an invitation in their own name lets them in again.',
      submit: 'Remove'
    },
    device: {
      open: 'Lock a device out',
      title: 'Lock a device of yours out of {{group}}?',
      which: 'Which device',
      id: 'ends in {{id}}',
      body: 'Nothing that is written here from now on can be read with what it has. It stays in your other groups. From then on only your own devices let further ones of yours in here. This cannot be undone.',
      submit: 'Lock out'
    }
  },
  petitions: {
    title: 'Waiting to be let in',
    intro: 'They came by a link that asks you first.',
    asks: 'Would be: {{role}}',
    accept: 'Let in',
    decline: 'Decline',
    declineTitle: 'Decline {{name}}?',
    declineBody: 'They are told so. To ask again they need a new link.'
  },
  policy: {
    title: 'Rules and key',
    open: 'Change the rules',
    edit: 'Rules of the group',
    seesAll: 'Newcomers can read what was written before they came.',
    seesNew: 'Newcomers see only what is written after they came.',
    inviters: {
      owner: 'Only owners may invite.',
      admin: 'Admins and owners may invite.',
      writer: 'Everybody but readers may invite.',
      reader: 'Everybody may invite.'
    },
    key: 'The key is changed after {{age}} or {{records}} entries.',
    history: 'Newcomers can read what was written before',
    historyHint: 'Holds for those who come from now on.',
    whoInvites: 'Invitations',
    keyAge: 'Change the key every',
    keyRecords: 'Or after so many entries',
    submit: 'Save the rules'
  },
  storage: {
    title: 'On this node',
    export: 'Export',
    taken_one: '{{records}} entry takes {{size}} of at most {{most}}.',
    taken_other: '{{records}} entries take {{size}} of at most {{most}}.',
    formerly: 'Somebody who was here',
    wanted_one: '{{shown}} content is being fetched.',
    wanted_other: '{{shown}} contents are being fetched.',
    leftOut_one: '{{shown}} content is with other members only.',
    leftOut_other: '{{shown}} contents are with other members only.',
    fetch: 'Fetch the latest 50',
    came_one: '{{shown}} content came',
    came_other: '{{shown}} contents came',
    noneCame: 'Nothing came: nobody who has these contents can be reached now.',
    byMember: 'Storage by member',
    records: 'Entries',
    bytes: 'On disk',
    quota: 'At most'
  },
  keep: {
    open: 'What to fetch',
    title: 'What this node fetches by itself',
    intro:
      'Everything else stays with the other members and can be fetched when it is wanted. What is here already stays.',
    all: 'All contents are fetched.',
    someAge: 'What is at most {{age}} old is fetched.',
    someKinds: 'Only these kinds are fetched: {{kinds}}.',
    both: 'What is at most {{age}} old is fetched, of these kinds only: {{kinds}}.',
    age: 'No older than',
    anyAge: 'Any age',
    kinds: 'Only these kinds of entries',
    kindsHint: 'Such as rtc/message; none means all.',
    clear: 'All kinds',
    submit: 'Save'
  },
  key: {
    open: 'Change the key',
    since_zero: 'The present key is the first; it has been in use since {{date}}.',
    since_one: 'The present key has been in use since {{date}}; it was changed {{count}} time.',
    since_other: 'The present key has been in use since {{date}}; it was changed {{count}} times.',
    title: 'Change the key now?',
    body: 'Everybody here gets the new one by itself. A key that somebody else got hold of opens nothing that is written from then on. This cannot be undone.',
    submit: 'Change the key'
  },
  audit: {
    title: 'Who changed what',
    intro: 'From signed entries that nobody can alter. The times are those of whoever made the change.',
    show: 'Show',
    hide: 'Hide',
    more: 'Show older',
    none: 'Nothing like that so far.',
    topic: 'What',
    by: 'By whom',
    everybody: 'everybody',
    topics: {
      all: 'everything',
      people: 'Who came and went',
      rules: 'Roles and rules',
      invitations: 'Invitations',
      devices: 'Devices and keys',
      names: 'Names'
    },
    somebody: 'somebody',
    void: 'without effect',
    uses_one: 'For {{count}} person',
    uses_other: 'For {{count}} people',
    approval: 'An admin must accept who uses it',
    until: 'Until {{date}}',
    what: {
      create: '{{by}} founded the group “{{name}}”',
      invite: '{{by}} made an invitation ({{role}})',
      invitePerson: '{{by}} invited {{whom}} ({{role}})',
      revokeInvitation: '{{by}} ended an invitation ({{role}})',
      join: '{{whom}} joined, let in by {{by}}',
      request: '{{whom}} asked to be let in',
      accept: '{{by}} let {{whom}} in',
      decline: '{{by}} declined {{whom}}',
      setRole: '{{by}} changed the role of {{whom}}: {{role}}',
      transferOwnership: '{{by}} handed the group over to {{whom}}',
      remove: '{{by}} removed {{whom}}',
      leave: '{{by}} left',
      guard: '{{by}} locked a device out: only devices of {{by}} let further ones in',
      recover: '{{by}} let in the recovered device “{{name}}” of {{whom}}',
      addDevice: '{{by}} added the device “{{name}}”',
      revokeDevice: '{{by}} locked out their device “{{name}}”',
      rename: '{{by}} took the name “{{name}}”',
      setPolicy: '{{by}} changed the rules',
      rotateKey: '{{by}} changed the key'
    }
  },
  leave: {
    open: 'Leave the group',
    title: 'Leave {{name}}?',
    body: 'What is here stays on this node, but nothing new comes. Only a new invitation lets you in again.',
    submit: 'Leave',
    lastOwner: 'You are the only owner: to leave, first make another member an owner.'
  },
  lost: {
    title: 'Not a member any more',
    here: 'You are not in {{name}} any more',
    somebody: 'somebody',
    removed: '{{name}} removed you',
    left: 'You left',
    revoked: '{{name}} locked this device out',
    undone: 'Whoever let you in had lost the right to'
  },
  waiting: {
    title: 'Waiting to be let in',
    intro: 'This node goes on asking by itself; an admin there decides.',
    asked: 'Asked',
    refused: 'Not let in; asked',
    withdraw: 'Stop asking',
    forget: 'Forget it'
  }
} as const
