export const text = {
  copy: 'Copy {{what}}',
  copied: 'Copied',
  online: 'online',
  offline: 'offline',
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
  loading: 'Loading'
} as const
