export const text = {
  copy: 'Copy {{what}}',
  copied: 'Copied',
  timeOff: 'This time says nothing: the clock of whoever wrote was wrong',
  online: 'online',
  offline: 'offline',
  notConnected: 'not connected directly',
  you: 'you',
  unnamed: 'Unknown person',
  retry: 'Try again',
  request: 'Request {{id}}',
  close: 'Close',
  cancel: 'Cancel',
  group: 'Group',
  noGroups: {
    title: 'No group yet',
    body: 'Everything here is shared in a group: found one, or join one with an invitation link.',
    action: 'Go to the groups'
  },
  seen: 'seen',
  presence: {
    online: 'online',
    'on-the-phone': 'on the phone',
    busy: 'busy',
    idle: 'idle',
    'be-right-back': 'be right back',
    away: 'away',
    'out-to-lunch': 'out to lunch',
    offline: 'offline'
  },
  loading: 'Loading'
} as const
