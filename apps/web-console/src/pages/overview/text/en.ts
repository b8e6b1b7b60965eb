export const text = {
  title: 'Overview',
  up: 'Up for {{time}}',
  version: 'version {{version}}',
  copy: { device: 'the device id', account: 'the account id', address: 'the address' },
  stat: { peers: 'Neighbours', groups: 'Groups', in: 'Receiving', out: 'Sending' },
  degraded: 'Something needs your attention',
  traffic: {
    title: 'Traffic',
    waiting: 'Figures come in every two seconds.',
    in: 'Receiving',
    out: 'Sending',
    time: 'Time',
    chart: 'Traffic of the last minutes: now receiving {{in}}, sending {{out}}',
    asTable: 'Show as table',
    asChart: 'Show as chart'
  },
  picture: {
    title: 'The neighbourhood',
    label:
      'This node in the middle and its neighbours around it, the quicker the nearer. The table below says the same.',
    hint: 'The nearer, the quicker the way there.'
  },
  peers: {
    title: 'Neighbours',
    who: 'Who',
    way: 'Connection',
    rtt: 'Round trip',
    in: 'Received',
    out: 'Sent',
    since: 'Connected',
    inbound: 'they called',
    outbound: 'we called',
    path: {
      direct: 'direct',
      'hole-punched': 'through both routers',
      relayed: 'by way of another member',
      relayedBy: 'by way of {{name}}'
    },
    why: 'Why not directly: {{reason}}',
    notBetter: {
      'under-way': 'a direct way is being sought',
      'no-direct-address': 'no direct address is known',
      'dial-failed': 'its direct address did not answer',
      'hole-punch-failed': 'the routers let nothing through',
      policy: 'direct ways are switched off'
    },
    unknownRtt: 'not measured yet',
    empty: {
      title: 'Nobody is connected yet',
      body: 'Join a group with an invitation link and its members appear here, or connect to an address of another node.'
    },
    groups: 'Go to the groups'
  },
  dial: {
    open: 'Connect to an address',
    address: 'Address of the other node',
    hint: 'Its overview shows it under “Reachable at”.',
    submit: 'Connect',
    done: 'Connected'
  },
  node: {
    title: 'This node',
    device: 'Device id',
    account: 'Account id',
    addresses: 'Reachable at',
    noAddress: 'Nowhere: it listens on no address.',
    folder: 'Data folder',
    memory: 'Memory in use',
    plugins: 'Parts',
    running: 'running',
    failed: 'failed: {{error}}'
  }
} as const
