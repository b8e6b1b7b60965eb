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
    bulk: {
      socket: 'large amounts go over sockets of their own',
      stream: 'large amounts go over this connection, too'
    },
    unknownRtt: 'not measured yet',
    empty: {
      title: 'Nobody is connected yet',
      body: 'Join a group with an invitation link and its members appear here, or connect to an address of another node.'
    },
    groups: 'Go to the groups'
  },
  manage: {
    open: 'Manage {{name}}',
    details: 'Details',
    disconnect: 'Disconnect',
    keepOut: 'Keep out for a while',
    disconnected: '{{name}} is disconnected. Members of your groups come back by themselves.'
  },
  details: {
    title: 'Connections to {{name}}',
    gone: 'It is not connected any more.',
    connection: 'Connection {{count}}',
    way: 'Way',
    why: 'Why not directly',
    over: 'Over',
    bulk: 'Large amounts',
    carrier: {
      socket: 'over sockets of their own, beside this connection',
      stream: 'over this connection: a socket of their own could not be made',
      none: 'none so far'
    },
    address: 'Address'
  },
  keepOut: {
    title: 'Keep {{name}} out?',
    body: 'The device is disconnected and refused for this time, also after a restart of this node. In groups of both, what its person writes still comes by way of other members.',
    time: 'For',
    submit: 'Keep out'
  },
  denied: {
    title: 'Kept out now',
    intro: 'These are refused until their time is over.',
    who: 'Who',
    why: 'Why',
    until: 'Let in',
    because: { offences: 'broke the rules', blocked: 'its person is blocked', asked: 'decided here' },
    admit: 'Let in now',
    more: 'Show more',
    unblocked: 'when the block ends',
    unblock: 'Unblock the person under “People”.'
  },
  dial: {
    open: 'Connect to an address',
    address: 'Address of the other node',
    hint: 'Its overview shows it under “Reachable at”.',
    submit: 'Connect',
    done: 'Connected'
  },
  reach: {
    title: 'Can others call it?',
    reachable: 'Over {{version}} yes: somebody came in from a public address',
    behindNat: 'Over {{version}} perhaps not: a router is in front of it, others see it at {{address}}',
    unknown: 'Over {{version}} not known: nobody has come in from a public address yet',
    absent: 'Over {{version}} no: it has no such address beyond this machine',
    relays_one: 'One member passes calls on to it',
    relays_other: '{{count}} members pass calls on to it',
    upnp: {
      searching: 'No router has answered yet that could let others in',
      mapped: 'The router lets others in at {{addresses}}',
      failed: 'The router lets nobody in: {{reason}}'
    },
    search: 'Finding others',
    dhtOff: 'The shared directory (DHT) is switched off',
    dht_one: 'Through one node of the shared directory (DHT)',
    dht_other: 'Through {{count}} nodes of the shared directory (DHT)',
    alone_one: 'Nobody of one group is connected: its members are being looked for',
    alone_other: 'Nobody of {{count}} groups is connected: their members are being looked for'
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
    stopped: 'stopped',
    failed: 'failed: {{error}}'
  }
} as const
