export const text = {
  title: 'Content',
  intro: 'Files and folders of your groups. They stay with those who have them, and come from all of them at once.',
  drop: {
    label: 'Files to publish',
    title: 'Drop files here, or choose them',
    body: 'They are published to this group and kept by the node.',
    underWay: 'On their way to the node',
    waiting: 'Waits',
    sending: 'Sending',
    failed: 'Failed',
    stop: 'Stop sending {{name}}',
    dismiss: 'Take {{name}} off the list'
  },
  path: {
    open: 'Publish from this node’s machine',
    title: 'Publish what is there already',
    intro: 'The file or folder stays where it is. If it changes, it is not served any more until you publish it again.',
    label: 'Path',
    hint: 'All of it, from the root: /home/ada/photos',
    submit: 'Publish',
    reading: 'Reading'
  },
  empty: {
    title: 'Nothing is shared here yet',
    body: 'Drop a file above. Whoever is in the group can fetch it, also from others who already did.',
    reader: 'You can read in this group. What others publish appears here.'
  },
  list: {
    title: 'Published',
    by: 'by {{name}}',
    files_one: '{{count}} file',
    files_other: '{{count}} files'
  },
  held: {
    none: 'Not on this node',
    part: 'Partly here',
    whole: 'Here',
    faulty: 'Changed'
  },
  get: {
    fetch: 'Fetch',
    fetchName: 'Fetch {{name}}',
    save: 'Save',
    saveName: 'Save {{name}}'
  },
  transfers: {
    title: 'Transfers',
    running: 'Under way',
    paused: 'Paused',
    failed: 'Failed',
    left: '{{time}} left',
    from: 'From',
    pause: 'Pause {{name}}',
    resume: 'Go on with {{name}}',
    cancel: 'Cancel {{name}}',
    forget: 'Take {{name}} off the list'
  },
  phase: {
    queued: 'waits for its turn',
    seeking: 'waits for somebody who has it',
    listing: 'asks what there is',
    checking: 'checks what is here',
    fetching: 'fetching',
    copying: 'copying',
    placing: 'finishing'
  },
  details: {
    back: 'All content',
    title: 'Details',
    size: 'Size',
    type: 'Type',
    id: 'Content id',
    here: 'On this node',
    faulty: 'Your copy has changed and is not served any more. Fetch it again, or publish it anew:'
  },
  holders: {
    title: 'Who has it',
    intro: 'Of those who are connected now. The nearest come first.',
    none: 'Nobody who has it is connected.',
    busy: 'busy',
    share: 'How much {{name}} has'
  },
  files: {
    title: 'Files',
    name: 'Name',
    more_one: '… and {{count}} more',
    more_other: '… and {{count}} more'
  },
  missing: {
    title: 'This is not here',
    body: 'Who published it may have taken it back, or it has not arrived yet.'
  },
  withdraw: {
    open: 'Take back',
    title: 'Take {{name}} back?',
    body: 'It disappears from the group and is not served any more. Copies that others have stay theirs.'
  },
  discard: {
    kept: {
      open: 'Delete the copy here',
      title: 'Delete the copy of {{name}}?',
      body: 'It makes room on this node, and the group gets it from others. If nobody else has it, it is gone.'
    },
    own: {
      open: 'Stop serving it',
      title: 'Serve {{name}} no more?',
      body: 'Your file or folder stays where it is. The group gets it from others, if they have it.'
    }
  }
} as const
