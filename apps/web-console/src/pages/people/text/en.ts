export const text = {
  title: 'People',
  intro: 'Whom you know. A contact can write to you and, as you like it, see how you are.',
  parts: {
    label: 'People',
    contacts: 'Contacts',
    near: 'Near me',
    activities: 'Activities',
    shown: 'Shown',
    devices: 'My devices',
    recovery: 'My key'
  },
  contacts_one: '{{count}} contact',
  contacts_other: '{{count}} contacts',
  verified: 'verified',
  talk: 'Write to {{name}}',
  write: 'Write',
  inviteTo: 'Invite to…',
  back: 'All contacts',
  account: 'Account',
  common: 'Groups that you share',
  calls: 'calls themselves {{name}}',
  standing: {
    contact: 'a contact of yours',
    asked: 'would like to be a contact of yours',
    asking: 'has not answered your request yet',
    declined: 'declined your request',
    none: 'no contact of yours',
    member: 'no contact of yours, but in a group with you',
    blocked: 'blocked'
  },
  empty: {
    title: 'No contact yet',
    body: 'Send somebody your card, or add them by theirs: the other must say yes.'
  },
  add: {
    open: 'Add a contact',
    title: 'Add a contact',
    card: 'Their card',
    hint: 'Paste what you were sent or what their QR code says. It begins with “borgo:contact/”.',
    submit: 'Ask',
    ask: 'Ask to be a contact',
    isAsked: '{{name}} is asked as soon as they can be reached',
    isContact: '{{name}} is a contact now'
  },
  card: {
    open: 'My card',
    body: 'Send this to somebody, or let them scan the picture.',
    qr: 'My card as a QR code',
    link: 'my card',
    hint: 'Who has it can ask to be a contact of yours and find your devices, nothing else. It gets old as your addresses change.'
  },
  requests: {
    title: 'They ask you',
    intro: 'They would like to be contacts of yours.',
    accept: 'Accept',
    acceptName: 'Accept {{name}}',
    decline: 'Decline',
    declineName: 'Decline {{name}}'
  },
  pending: {
    title: 'You asked them',
    intro: 'They hear of it as soon as they can be reached, also while this page is closed.',
    asked: 'asked',
    declined: 'declined; asked',
    remove: 'Take back',
    forget: 'Forget it',
    removeName: 'Take back: {{name}}',
    forgetName: 'Forget it: {{name}}'
  },
  block: {
    people: 'Blocked',
    intro: 'You show and tell them nothing and hear nothing from them.',
    open: 'Block',
    title: 'Block {{name}}?',
    body: 'The connection ends, and from now on neither hears from the other. In a group that you share, others still pass on what each of you writes. You can end this at any time.',
    end: 'Unblock',
    endName: 'Unblock {{name}}'
  },
  remove: {
    open: 'Remove',
    title: 'Remove {{name}} from your contacts?',
    body: 'What you noted about them is gone for good. Your conversation stays.'
  },
  verify: {
    title: 'Is it really them?',
    body: 'Read these words to {{name}} face to face or in a call in which you know the voice. {{name}} sees the same ones beside your name.',
    done: 'You compared these words with {{name}}: nobody stands between you.',
    words: 'Words to compare',
    submit: 'They are the same',
    undo: 'Not sure any more',
    differ: 'If they see others, somebody stands between you: remove the contact and exchange cards in another way.'
  },
  remark: {
    title: 'For you alone',
    intro: 'Nobody else sees this; your own devices do.',
    nickname: 'What you call them',
    note: 'Note',
    save: 'Save'
  },
  file: {
    title: 'Contacts as a file',
    intro: 'To keep, or to take along to another account.',
    save: 'Save as a file',
    take: 'Take from a file',
    done_zero: 'Nobody new; {{known}} known already',
    done_one: '{{count}} new contact is asked; {{known}} known already',
    done_other: '{{count}} new contacts are asked; {{known}} known already'
  },
  presence: {
    title: 'How are you?',
    state: 'You are',
    text: 'In your words',
    example: 'Such as “back at two”',
    audience: 'Who may see it',
    audienceHint: 'Your own devices always do. Each includes those before it.',
    to: {
      nobody: 'nobody',
      verified: 'verified contacts',
      contacts: 'contacts',
      groups: 'whoever shares a group with you',
      everyone: 'everyone who is connected'
    },
    save: 'Say so'
  },
  near: {
    intro: 'People on the same network who show themselves, such as in this house or at this conference.',
    title: 'Show yourself',
    on: 'Show me to people near',
    onHint: 'Whoever is on the same network and does so, too, sees your name and interests, and you see theirs.',
    off: 'As long as it is off, nobody near sees you and you see nobody.',
    interests: 'Your interests',
    interestsHint: 'At most 16; Enter adds one.',
    example: 'Chess, bread, bicycles',
    clear: 'Remove all',
    people_one: '{{count}} person near',
    people_other: '{{count}} people near',
    peopleIntro: 'Anybody can give themselves any name: compare words once you are contacts.',
    ask: 'Ask',
    askName: 'Ask {{name}} to be a contact',
    show: 'Show',
    showName: 'Show {{name}}',
    empty: {
      title: 'Nobody near yet',
      body: 'They must be on the same network and have switched this on, too. It may take a minute until they appear.'
    },
    deaf: {
      title: 'Nobody can be found',
      body: 'This node does not look around on its network: the setting “mdns” is off. To switch it on, start the node with “--mdns”, or without “--no-mdns”.'
    }
  },
  devices: {
    intro: 'Your computers and phones. Each of them is you: it is in your groups and reads your messages.',
    count_one: '{{count}} device',
    count_other: '{{count}} devices',
    this: 'this one',
    online: 'connected',
    offline: 'never seen by this device',
    seen: 'last seen',
    groups_zero: 'in no group of this device',
    groups_one: 'in {{count}} group',
    groups_other: 'in {{count}} groups',
    stopped_one:
      'Stopped in {{count}} group: its data was copied, and both were used. “borgo backup” and “borgo restore” make a new device of it; or lock it out on another device, and link it anew.',
    stopped_other:
      'Stopped in {{count}} groups: its data was copied, and both were used. “borgo backup” and “borgo restore” make a new device of it; or lock it out on another device, and link it anew.',
    label: 'Name of the device',
    labelHint: 'Only your own devices see it.',
    rename: 'Rename',
    renameName: 'Rename {{name}}',
    save: 'Save the name',
    revoke: 'Lock out',
    revokeName: 'Lock out {{name}}',
    revokeTitle: 'Lock {{name}} out?',
    revokeBody:
      'It is removed from all of your groups and hears of nothing new. So is whoever took your key from it: your 24 words and recovery files bring nobody back any more, only your other devices let new ones in. What it holds already stays on it. This cannot be undone.',
    revoked_one: '{{name}} is locked out of {{count}} group',
    revoked_other: '{{name}} is locked out of {{count}} groups',
    stillIn: '{{name}} is still in these groups',
    stillInHelp:
      'Lock it out on another of your devices, or ask an admin of the group to remove you and invite you again.'
  },
  link: {
    title: 'Link another device',
    intro: 'A new node becomes a device of yours, with all of your groups and contacts.',
    open: 'Make a link',
    ready:
      'On the new device open this page and paste the link, or type “borgo device join” there. The link works once.',
    qr: 'Link for a new device as a QR code',
    link: 'the link for the new device',
    codeHint: 'Or type this code, if the two are connected already:',
    code: 'the code',
    expires: 'Expires',
    elsewhere: 'A link was made, here before or in another window, and waits for the new device.',
    cancel: 'Take the link back',
    done: 'Linked',
    gave: 'The new device is in the list. It comes into your groups by itself.',
    joined: 'This node starts again as a device of that person.'
  },
  compare: {
    title: 'Compare the words',
    giver:
      '“{{name}}” would like to be a device of yours and shows words, too. Only if they are the same, in the same order, is nobody in between.',
    joiner:
      'The device of {{name}} shows words, too. Only if they are the same, in the same order, is nobody in between.',
    waiting: 'Waiting for the other device to agree.',
    differ: 'They are different',
    end: 'End it'
  },
  join: {
    title: 'Make this node a device of yours',
    intro: 'Are you on Borgo already, on another device? Choose “Make a link” under “My devices” there.',
    link: 'Link or code',
    hint: 'The link begins with “borgo:link/”.',
    labelHint: 'Such as “phone”. Whoever is connected to it can read it.',
    submit: 'Open the link'
  },
  adopted: {
    title: 'This node is a device of {{name}} now',
    body: 'It comes into the groups as soon as somebody there can be reached.'
  },
  awaited: {
    title: 'Groups that are awaited',
    intro: 'This device is in them as soon as somebody there can be reached and lets it in.',
    asking: 'asking',
    problem: 'asking again; last time: {{what}}'
  },
  key: {
    intro:
      'You are whoever has your key. Keep it safe from others, and keep a way back for the day on which all of your devices are gone.',
    title: 'Key file',
    whole: 'It is whole, and no other user of this computer can read it.',
    problem: 'Something is wrong with it',
    check: 'Check again'
  },
  words: {
    title: '24 words for paper',
    intro: 'They are your key. With them and somebody who shares a group with you, a new device brings you back.',
    open: 'Show my words',
    alone: 'Is nobody looking?',
    warning:
      'Whoever reads or photographs the words can be you, in all of your groups. Take a pen and paper; do not store them on a computer.',
    show: 'Show the words',
    write: 'Write them down in this order.',
    keep: 'Keep the paper where you keep what you cannot lose. They are the same each time.',
    done: 'Hide them'
  },
  recoveryFile: {
    title: 'Recovery file',
    intro:
      'Your key and where your groups are, encrypted. Easier than the words, as long as you have both file and passphrase.',
    secret: 'New passphrase for the file',
    hint: 'Nobody can replace it. Make it long.',
    submit: 'Download the file'
  },
  recover: {
    title: 'Come back on this node',
    intro: 'Are all of your devices gone? This new node becomes a device of yours by your words or your recovery file.',
    by: 'By what',
    words: '24 words',
    file: 'Recovery file',
    wordsLabel: 'Your 24 words',
    from: 'Where to ask',
    fromHint: 'An address, invitation or contact card of anybody who shares a group with you.',
    name: 'What you are called',
    nameHint: 'The words do not say it. Empty: as this node is called now.',
    fileLabel: 'Your recovery file',
    choose: 'Choose the file',
    secret: 'Passphrase of the file',
    submit: 'Come back'
  },
  passphrase: {
    title: 'Passphrase of this node',
    intro: 'With one, the key file is of no use to who copies it, and the node asks for it whenever it starts.',
    is: 'set',
    isNot: 'none',
    start:
      'The node has to be told the passphrase whenever it starts: “borgo start --passphrase-file” and a file of your own whose first line it is.',
    current: 'Present passphrase of this node',
    new: 'New passphrase of this node',
    hint: 'If it is forgotten, only your words or a recovery file help.',
    again: 'The same again',
    other: 'This is not the same',
    set: 'Set it',
    change: 'Change it',
    remove: 'Remove it',
    removeTitle: 'Remove the passphrase?',
    removeBody:
      'From then on whoever can read the key file, or a copy of it, can be you. Start the node without “--passphrase-file”.',
    done: 'The passphrase is set',
    removed: 'The passphrase is removed'
  },
  unknown: {
    title: 'You know nobody here',
    body: 'The contact may have been removed, or the address may be mistyped.'
  }
} as const
