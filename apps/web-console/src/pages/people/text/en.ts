export const text = {
  title: 'People',
  intro: 'Whom you know. A contact can write to you and, as you like it, see how you are.',
  parts: { label: 'People', contacts: 'Contacts', devices: 'My devices', recovery: 'My key' },
  contacts_one: '{{count}} contact',
  contacts_other: '{{count}} contacts',
  verified: 'verified',
  talk: 'Write to {{name}}',
  write: 'Write',
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
  unknown: {
    title: 'You know nobody here',
    body: 'The contact may have been removed, or the address may be mistyped.'
  }
} as const
