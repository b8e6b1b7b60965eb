export const text = {
  title: 'Search',
  intro: 'Through messages, posts, titles and names, from what is on this node. Nobody else learns what you look for.',
  label: 'Words',
  placeholder: 'All of these words; "several in quotes" stand together',
  kind: 'What',
  all: 'Everything',
  group: 'In',
  allGroups: 'All groups',
  found: 'Found',
  none: 'Nothing with all of these words is on this node.',
  more: 'Show more',
  kinds: {
    message: 'Messages',
    thread: 'Threads',
    post: 'Posts',
    workspace: 'Workspaces',
    document: 'Documents, by title',
    content: 'Files and folders, by name'
  },
  is: {
    message: 'Message',
    thread: 'Thread',
    post: 'Post',
    workspace: 'Workspace',
    document: 'Document',
    content: 'File or folder'
  },
  by: '{{author}} in {{group}}'
} as const
