export const text = {
  title: 'Workspaces',
  intro: 'Places of a group to work in, with a message board and documents that several people edit at once.',
  back: 'All workspaces',
  create: {
    open: 'New workspace',
    title: 'New workspace',
    group: 'Group',
    groupHint: 'All its members see the workspace',
    name: 'Name',
    nameHint: 'What it is for, up to 64 characters',
    submit: 'Create'
  },
  empty: {
    title: 'No workspace yet',
    body: 'Found one to collect what your group works on. Nothing needs a server, and what was done apart comes together.'
  },
  noGroup: 'A workspace belongs to a group: found one or join one with an invitation link.',
  unknown: {
    title: 'This is not here',
    body: 'The address may be mistyped, or it has not arrived on this node yet. It appears by itself when it does.'
  },
  since: 'Since {{date}}',
  readOnly: 'You may read here; an owner can let you write.',
  offline: 'Nobody else is online. What you do here reaches them as soon as one of them is back.',
  documents: {
    title: 'Documents',
    add: 'New document',
    name: 'Title',
    submit: 'Add',
    empty: 'No document yet. Add one: everybody can write in it at once.',
    changed: 'changed',
    untouched: 'still empty'
  },
  board: {
    title: 'Message board',
    add: 'New thread',
    subject: 'Title',
    text: 'First post',
    submit: 'Post',
    empty: 'Nothing has been posted yet. Begin a thread: a question, a plan, a list.',
    posts_one: '{{count}} post',
    posts_other: '{{count}} posts',
    by: 'by {{name}}'
  },
  thread: {
    back: 'Back to {{name}}',
    posts: 'Posts in {{title}}',
    older: 'Show earlier posts',
    reply: 'Your answer',
    send: 'Answer',
    edited: 'edited',
    removed: 'Taken back by its author.',
    edit: 'Change',
    save: 'Save',
    cancel: 'Cancel',
    remove: 'Take back',
    removeTitle: 'Take this post back?',
    removeBody: 'Nobody will be shown its text any more. This cannot be undone.',
    text: 'Text of the post'
  },
  document: {
    editor: 'Text of {{title}}',
    placeholder: 'Write here',
    here: 'Here now',
    you: '{{name}} (you)',
    connecting: 'Opening…',
    saved: 'Saved on this node',
    saving: 'Saving…',
    unsaved: 'Not saved yet: the node cannot write ({{code}}). It tries again; keep this page open.',
    away: 'The node does not answer. You can go on writing: keep this page open, and it is saved when the node is back.',
    refused: {
      title: 'The connection was ended',
      body: 'The node did not take what this page sent. Load the page again; text that is not marked as saved may be lost.'
    },
    elsewhere: {
      title: 'Opened elsewhere',
      body: 'This page was replaced by another one. Load it again to go on here.'
    },
    reload: 'Load again'
  }
} as const
