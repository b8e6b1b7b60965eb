export const text = {
  title: 'Settings',
  person: {
    title: 'You',
    name: 'Display name',
    hint: 'What others see, in every group. Up to 64 characters.',
    save: 'Save the name'
  },
  look: {
    title: 'Appearance',
    scheme: 'Colours',
    light: 'Light',
    dark: 'Dark',
    auto: 'As the system',
    language: 'Language'
  },
  access: {
    title: 'Who may use this node',
    intro: 'Every browser that signed in by a link, and every program that has a token.',
    sessions: 'Browsers',
    current: 'This browser',
    other: 'Another browser',
    signedIn: 'Signed in',
    used: 'Last used',
    end: 'End',
    endTitle: 'End this session?',
    endBody: 'That browser will have to open a new link.',
    signOut: 'Sign out',
    link: 'Link for another browser',
    linkTitle: 'Sign in on another browser',
    linkReady: 'Open this link in the other browser on this machine. It works once.',
    linkName: 'the sign-in link',
    expires: 'Expires'
  },
  tokens: {
    title: 'Tokens for programs',
    none: 'No tokens. Make one for a script that is to use the API.',
    name: 'Name',
    nameHint: 'What it is for, so that you know later which to revoke',
    scope: 'May',
    metrics: 'see how the node is',
    read: 'read only',
    admin: 'read and change',
    hints: {
      metrics: 'For monitoring, such as Prometheus: figures, and nothing of you, your people and your groups.',
      read: 'Everything that you can read, messages and contacts among it, but no whole copies.',
      admin: 'Everything that you can do here.'
    },
    expiry: 'Valid for',
    day: '1 day',
    month: '30 days',
    year: '1 year',
    ever: 'until revoked',
    create: 'New token',
    submit: 'Make the token',
    once: 'Copy it now: it is shown this once.',
    secret: 'the token',
    revoke: 'Revoke',
    revokeTitle: 'Revoke “{{name}}”?',
    revokeBody: 'Programs that use it are locked out at once.',
    created: 'Made',
    expires: 'Expires',
    never: 'never'
  },
  config: {
    title: 'Settings of the node',
    intro:
      'Read when the node starts. A flag wins over an environment variable, that over the file, that over the default.',
    key: 'Setting',
    value: 'Value',
    origin: 'Comes from',
    empty: 'not set',
    from: { flag: 'flag', environment: 'environment', file: 'file', default: 'default' }
  },
  about: {
    title: 'About',
    version: 'Borgo {{version}}',
    licence: 'Free software under MIT or Apache-2.0, as you like.',
    docs: 'Documentation of the HTTP API'
  }
} as const
