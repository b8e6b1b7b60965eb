export const text = {
  parts: { label: 'Pages of administration', limits: 'Limits', storage: 'Storage', plugins: 'Parts' },
  plugins: {
    title: 'Parts of the node',
    intro: 'Each part starts, stops and fails on its own; the others go on.',
    list: 'Parts',
    running: 'running',
    stopped: 'stopped',
    failed: 'failed',
    start: 'Start',
    stop: 'Stop',
    startOne: 'Start {{name}}',
    stopOne: 'Stop {{name}}',
    stopTitle: 'Stop {{name}}?',
    stopBody:
      'Its pages and programs that use it get nothing until you start it again. What is under way in it is interrupted; what it keeps stays.',
    lasting: 'What you start or stop here holds until the node starts again. Then “plugins” in the settings counts.',
    does: {
      rtc: 'Messages and conversations',
      distribution: 'Files and folders',
      collab: 'Workspaces: boards and documents',
      compute: 'Computing over several computers'
    }
  },
  deviceOf: '{{name}} · device …{{tail}}',
  of: {
    node: 'This node',
    plugin: 'Part {{name}}',
    group: 'Group {{name}}',
    peer: '{{name}}'
  },
  each: {
    plugin: 'Each part on its own',
    group: 'Each group on its own',
    peer: 'Each device on its own',
    member: 'Each person in each group'
  },
  resource: {
    up: 'sending',
    down: 'receiving',
    messages: 'messages',
    streams: 'streams',
    storage: 'storage'
  },
  amount: {
    messages_one: '{{shown}} message a second',
    messages_other: '{{shown}} messages a second',
    streams_one: '{{shown}} stream',
    streams_other: '{{shown}} streams'
  },
  limits: {
    title: 'Limits',
    intro: 'How much this node, its parts, its groups and other devices may use. A change holds at once.',
    list: 'Limits that are set',
    add: 'Set a limit',
    empty: {
      title: 'No limit is set',
      body: 'Everything may use what there is, shared evenly. Set a limit to keep the connection free for other things, or the disk.'
    },
    others: {
      title: 'Where none is set',
      settings: 'Settings of the node',
      body: 'Bytes, messages and streams: as much as there is, in equal shares. Storage: what “member-quota-mib” and “group-quota-mib” say in the settings of the node, for each person in a group and for each group; files as much as the disk holds.'
    },
    label: '{{whose}} · {{what}}',
    used: '{{used}} of {{amount}}',
    most: 'most: {{name}}',
    waiting_one: '{{count}} stream waits',
    waiting_other: '{{count}} streams wait',
    always: 'always',
    timesNow: '{{times}}, now',
    timesLater: '{{times}}, not now',
    change: 'Change: {{what}}',
    clear: 'Remove: {{what}}',
    cleared: 'Not limited any more: {{what}}'
  },
  form: {
    new: 'Set a limit',
    change: 'Change the limit',
    of: 'For',
    ofWhat: { node: 'This node', plugin: 'A part of it', group: 'A group', peer: 'Another device or person' },
    which: 'Which',
    what: 'What',
    resource: {
      up: 'Sending',
      down: 'Receiving',
      messages: 'Messages',
      streams: 'Streams',
      storage: 'Storage'
    },
    hint: {
      up: 'What exceeds it waits; nothing is lost. At least 17 kB/s.',
      down: 'What exceeds it waits; nothing is lost. At least 17 kB/s.',
      messages: 'A second. More are refused; those that come in wait.',
      streams: 'Open at once. More are refused.',
      storage:
        'On this disk. What groups write beyond it stays with other members; files that do not fit are not fetched. At least 1.1 MB.'
    },
    amount: 'At most',
    unit: 'Unit',
    sometimes: 'Only at certain times of the week',
    submit: 'Set the limit',
    save: 'Save'
  },
  times: {
    title: 'Times of the week',
    first: 'From day',
    last: 'To day',
    from: 'From',
    to: 'Until',
    add: 'Another time',
    remove: 'Remove this time'
  },
  storage: {
    title: 'Storage',
    intro: 'What lies on the disk of this node, whether it is whole, and a copy of it.'
  },
  takes: {
    title: 'What parts take',
    intro: 'Entries of groups as far as this node can read them, and files that it keeps or is fetching.',
    part: 'Part',
    records: 'Entries',
    files: 'Files',
    limit: 'At most',
    free: 'no limit',
    all: 'All'
  },
  space: {
    title: 'What groups take',
    intro: 'Messages, posts, documents and the like; files are under “Content”.',
    none: 'This node is in no group.',
    group: 'Group',
    records: 'Entries',
    bytes: 'On disk',
    quota: 'At most'
  },
  check: {
    title: 'Check and repair',
    intro: 'Verifies every entry; what is damaged is fetched again from other members.',
    start: 'Check now',
    never: 'Not checked since the node started.',
    running: 'Checking',
    done: '{{checked}} of {{total}} entries',
    whole: '{{checked}} entries, all whole.',
    damaged: '{{damaged}} of {{checked}} entries are damaged: they come again from members, as these are reached.',
    failed: 'The check broke off: {{error}}'
  },
  backup: {
    title: 'Backup',
    intro: 'A copy of everything, made while the node runs. It holds your keys: guard it like the node itself.',
    folder: 'Folder',
    hint: 'On the machine of the node, by its whole path; empty, or not there yet.',
    start: 'Make a backup',
    done: 'The backup is made',
    figures: '{{files}} files, {{size}}. To make a node of it again: {{command}}',
    running: 'Copying',
    copied_one: '{{done}} of {{size}} · {{files}} of {{count}} file',
    copied_other: '{{done}} of {{size}} · {{files}} of {{count}} files',
    stopped: 'Cancelled. Nothing of the copy was kept.'
  }
} as const
