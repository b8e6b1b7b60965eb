export const text = {
  title: 'Compute',
  intro: 'A group becomes one large computer: its members work on parts of a job, and the results come together here.',
  back: 'All jobs',
  start: {
    open: 'New job',
    title: 'New job',
    group: 'Group',
    groupHint: 'Members who share their computers take part, and all see the job',
    kind: 'What to compute',
    reason: 'The node says: {{text}}',
    submit: 'Begin'
  },
  kind: {
    mandelbrot: {
      label: 'A picture',
      hint: 'Paints the Mandelbrot set, row by row.',
      view: 'Place',
      views: { whole: 'The whole set', seahorses: 'Seahorse valley', spiral: 'A spiral' },
      size: 'Size in pixels',
      iterations: 'Rounds',
      iterationsHint: 'More rounds show finer detail and take longer'
    },
    primes: {
      label: 'Primes',
      hint: 'Counts prime numbers with a segmented sieve.',
      below: 'Count those below'
    },
    module: {
      label: 'Your own',
      hint: 'A WebAssembly module that exports run(lo, hi). It is checked first, and runs in a sandbox on every computer.',
      file: 'Module',
      choose: 'Choose a .wasm file',
      from: 'First index',
      to: 'Index after the last',
      bytes: 'Bytes per index',
      bytesHint: '0 adds the results up; otherwise they are put together in order'
    }
  },
  empty: {
    title: 'No job yet',
    body: 'Begin one and watch the parts come in. What it takes is a module and a range of numbers; both examples have one.'
  },
  noGroup: 'A job runs on the computers of a group: found one or join one with an invitation link.',
  list: { title: 'Jobs', mine: 'your job', by: 'job of {{name}}' },
  state: { running: 'Running', done: 'Done', failed: 'Failed', cancelled: 'Cancelled' },
  parts_one: '{{count}} part',
  parts_other: '{{count}} parts',
  job: {
    progress: 'Progress',
    range: 'indices {{from}} to {{to}}',
    done: '{{done}} of {{total}}',
    took: 'in {{time}}',
    strip_one: 'The range with {{count}} part that has come in',
    strip_other: 'The range with {{count}} parts that have come in',
    cancel: 'Cancel',
    failed: 'The job failed',
    sum: 'Result',
    download: 'Download the result',
    elsewhere: 'The result is on the node that began the job.'
  },
  picture: { title: 'Picture', label: '{{title}}, as far as it has been painted' },
  workers: {
    title: 'Who computes',
    intro: 'Faster computers get larger parts; what somebody leaves undone goes to another.',
    who: 'Computer',
    self: 'This node',
    parts: 'Parts',
    share: 'Share',
    speed: 'Speed',
    perSecond: '{{number}}/s',
    now: 'Now',
    running_one: '{{count}} part',
    running_other: '{{count}} parts',
    away: 'away, or not sharing',
    refuses: 'refuses: {{text}}',
    alone: 'Only this node works on it. Other members can switch on sharing on their own Compute page.'
  },
  sharing: {
    title: 'Share this computer',
    intro: 'Whether members of your groups may compute here. Your own jobs run here in any case.',
    on: 'Compute for others',
    isOn: 'Jobs of your groups run here, at a low priority',
    isOff: 'Nobody else computes here',
    slots: 'Parts side by side',
    slotsHint: 'Each takes a processor core',
    idle: 'Nobody needs this computer at the moment.',
    work: 'What this computer works on',
    for: '{{title}}, for {{name}}',
    running_one: '{{count}} running',
    running_other: '{{count}} running'
  },
  sandbox: {
    stands: 'Modules are held in by {{layers}}.',
    without: 'Installing bubblewrap on Linux would also cut them off from network and files.',
    process: 'a process of their own',
    permissions: 'no permission for files or programs',
    'data-limit': 'a limit on memory',
    'low-priority': 'a low priority',
    namespaces: 'no network and no files in sight'
  }
} as const
