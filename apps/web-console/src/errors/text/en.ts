/** Problem code → what went wrong and what helps. `OTHER` is for codes without an entry: the node's own text follows. */
export const text = {
  NO_ANSWER: {
    what: 'The node does not answer',
    help: 'It may have stopped. Start it with “borgo start”; this page goes on by itself.'
  },
  UNEXPECTED: { what: 'Something in this page went wrong', help: 'Load the page again. Nothing on the node is lost.' },
  OTHER: { what: 'That did not work ({{code}})', help: '' },
  BAD_ANSWER: {
    what: 'Something else answered',
    help: 'What listens at this address is not a Borgo node, or a proxy stands in between.'
  },
  VALIDATION: { what: 'The node did not accept what was entered', help: 'Check the fields and try again.' },
  BAD_REQUEST: {
    what: 'The node did not understand the request',
    help: 'Load the page again: it may be of another version.'
  },
  UNAUTHENTICATED: { what: 'You are not signed in any more', help: 'Run “borgo open” for a new link.' },
  LINK_UNKNOWN: {
    what: 'This link does not work any more',
    help: 'A link works once and for ten minutes. Run “borgo open” for a new one.'
  },
  FORBIDDEN: { what: 'You may not do that', help: 'It takes another role in this group. An owner can give it to you.' },
  NOT_FOUND: { what: 'That is not there', help: 'It may have been removed. Go back and look again.' },
  METHOD_NOT_ALLOWED: { what: 'The node cannot do that', help: 'Load the page again: it may be of another version.' },
  TIMEOUT: { what: 'It took too long', help: 'The other side may be busy or far away. Try again.' },
  TOO_LARGE: { what: 'That is too large', help: 'Make it smaller, or share it as a file.' },
  UNSUPPORTED_MEDIA_TYPE: {
    what: 'The node cannot read this',
    help: 'Load the page again: it may be of another version.'
  },
  WRONG_HOST: {
    what: 'The node does not go by this name',
    help: 'Open it by the address that “borgo open” prints, or add the name to its settings.'
  },
  RATE_LIMITED: { what: 'Too many requests', help: 'Wait a minute and try again.' },
  INTERNAL: { what: 'The node made a mistake', help: 'Its log says more: “borgo logs”. Trying again may work.' },
  BUSY: { what: 'The node is busy', help: 'Try again in a moment.' },
  PLUGIN_STOPPED: {
    what: 'This part of the node does not run',
    help: 'Start it under “Administration”, or with “borgo plugin start”.'
  },
  PLUGIN_UNKNOWN: { what: 'The node has no such part', help: '“borgo plugin list” shows those it has.' },
  PLUGIN_NEEDED: { what: 'Another part needs this one', help: 'Stop that one first.' },
  STOPPED: { what: 'The node is stopping', help: 'Start it again with “borgo start”.' },
  DEVICE_STOPPED: {
    what: 'What this device writes here counts no more',
    help: 'Its data was copied, and both were used. “borgo backup” and “borgo restore” make a new device of it that goes on; or lock this one out on another device of yours, and link it anew.'
  },
  DISK_FULL: {
    what: 'The disk is full',
    help: 'Free some space on the node’s machine; nothing already saved is lost.'
  },
  QUOTA_EXCEEDED: {
    what: 'There is no room left for this',
    help: 'Raise the limit for storage under “Administration”: of this group, its members, or the part that writes.'
  },
  STORAGE_LIMIT: {
    what: 'It does not fit into the limit for storage',
    help: 'Nothing that is here is lost. Give up copies that are not needed, or raise the limit under “Administration”; then go on.'
  },
  FOLDER_NOT_EMPTY: {
    what: 'There is something in that folder',
    help: 'Choose an empty folder, or one that is not there yet.'
  },
  FOLDER_READ_ONLY: {
    what: 'The node may not write there',
    help: 'Choose another folder, or let its user write in it.'
  },
  BAD_BACKUP: { what: 'That is not a whole backup', help: 'Copy it again, all of its files, or take an earlier one.' },
  RELATIVE_PATH: {
    what: 'The path must be whole',
    help: 'Begin it with “/”: the node does not know the folder you are in.'
  },
  GROUP_UNKNOWN: { what: 'This node is in no such group', help: 'Join it with an invitation link.' },
  MEMBER_UNKNOWN: { what: 'There is no such member', help: 'The list of members may have changed: look again.' },
  BAD_ID: { what: 'That is not a valid id', help: 'Copy it again, all of it.' },
  BAD_INVITATION: {
    what: 'This invitation link is not valid',
    help: 'Copy it again, all of it: it begins with “borgo:join/”. If that does not help, ask for a new one.'
  },
  INVITATION_EXPIRED: { what: 'This invitation has expired', help: 'Ask whoever sent it for a new one.' },
  INVITATION_USED_UP: { what: 'This invitation has been used up', help: 'Ask whoever sent it for a new one.' },
  APPROVAL_PENDING: {
    what: 'An admin has to let you in',
    help: 'This node goes on asking by itself; the group appears here as soon as somebody accepts.'
  },
  APPROVAL_DECLINED: { what: 'An admin declined', help: 'Ask whoever invited you, and for a new link.' },
  PETITION_UNKNOWN: { what: 'Nobody waits under this name any more', help: 'Another admin may have answered already.' },
  REMOVED: { what: 'You were removed from this group', help: 'Only an invitation in your own name lets you in again.' },
  UNREACHABLE: {
    what: 'Nobody could be reached',
    help: 'At least one member must be running and reachable from here. Check that you are on the same network and try again.'
  },
  BAD_CARD: {
    what: 'This is not a contact card',
    help: 'Copy it again, all of it: it begins with “borgo:contact/”.'
  },
  BAD_CONTACTS: {
    what: 'This file holds no contacts',
    help: 'Choose one that was saved under “Contacts”, and copy it again, all of it, if it came from elsewhere.'
  },
  CONTACT_UNKNOWN: { what: 'There is no such contact', help: 'It may have been removed on another device of yours.' },
  ACTIVITY_OVER: {
    what: 'This invitation is over',
    help: 'It was answered, taken back, or has expired. Invite again.'
  },
  ACTIVITY_UNKNOWN: { what: 'There is no such invitation here', help: 'It may have expired. Invite again.' },
  BAD_BUDGET: {
    what: 'Such a budget cannot be',
    help: 'Give a whole number, large enough that something gets through.'
  },
  BAD_SCHEDULE: {
    what: 'This is no time of the week',
    help: 'Write it like “mon-fri 22:00-06:00”, with several parted by commas.'
  },
  NOT_SHUT_OUT: {
    what: 'Nobody is kept out there',
    help: 'The time may be over, or somebody let them in: look again.'
  },
  BUDGET_UNKNOWN: { what: 'There is no such budget', help: 'It may have been removed: look again.' },
  OVER_BUDGET: { what: 'The budget for this is used up', help: 'Wait, or raise the budget.' },
  BAD_PEER_NAME: {
    what: 'That cannot be a name',
    help: 'A label has 1 to 64 visible characters and no slash; a whole name is an account, a slash and a label.'
  },
  NAME_UNKNOWN: {
    what: 'This device has no such name there',
    help: 'It may have been withdrawn meanwhile, or stands in another place.'
  },
  TOO_MANY_NAMES: {
    what: 'This device has as many names as it may',
    help: 'There can be 256: withdraw one that is not needed any more.'
  },
  OBJECT_UNKNOWN: { what: 'You show nothing of that name', help: 'It may have expired or been withdrawn.' },
  ACCOUNT_IN_USE: {
    what: 'This node is somebody already',
    help: 'It is in groups or has contacts. Start a new one for that: “borgo start --data” with an empty folder.'
  },
  BAD_DEVICE_LINK: {
    what: 'This is not a link for a new device',
    help: 'Copy it again, all of it: it begins with “borgo:link/”.'
  },
  DEVICE_LINK_EXPIRED: { what: 'This link has expired', help: 'Make a new one on the other device.' },
  DEVICE_LINK_USED: { what: 'This link was used already', help: 'Make a new one on the other device.' },
  DEVICE_UNKNOWN: { what: 'You have no such device', help: 'It may have been locked out: look again.' },
  LINKING_CANCELLED: { what: 'Linking was ended on one of the devices', help: 'Begin again with a new link.' },
  NO_LINKING: { what: 'No linking is under way', help: 'Begin again with a new link.' },
  STREAM_RESET: { what: 'The connection broke off', help: 'Begin again with a new link.' },
  WORDS_DIFFER: {
    what: 'The words were not the same',
    help: 'Somebody may stand in between. Begin again with a new link, on a network that you trust.'
  },
  BAD_PASSPHRASE: {
    what: 'That is not the passphrase',
    help: 'Mind capitals and the keyboard’s language, and try again.'
  },
  BAD_RECOVERY: {
    what: 'That is no recovery of an account',
    help: 'Check each of the 24 words and their order, or take the file again, all of it.'
  },
  CONVERSATION_UNKNOWN: { what: 'There is no such conversation here', help: 'It may be on another node of yours.' },
  MESSAGE_UNKNOWN: { what: 'That message is not here', help: 'It may not have arrived yet. Try again in a moment.' },
  PERSON_UNKNOWN: { what: 'None of your groups has this person', help: 'Invite them to a group first.' },
  BAD_TEXT: { what: 'This text cannot be taken', help: 'It must not be blank, nor longer than the field allows.' },
  WORKSPACE_UNKNOWN: {
    what: 'There is no such workspace here',
    help: 'It may not have arrived yet. Try again in a moment.'
  },
  DOCUMENT_UNKNOWN: { what: 'That document is not here', help: 'It may not have arrived yet. Try again in a moment.' },
  THREAD_UNKNOWN: { what: 'That thread is not here', help: 'It may not have arrived yet. Try again in a moment.' },
  POST_UNKNOWN: { what: 'That post is not here', help: 'It may not have arrived yet, or its author took it back.' },
  NOT_AUTHOR: { what: 'That is somebody else’s post', help: 'Only who wrote a post can change it or take it back.' },
  SESSIONS_USED_UP: {
    what: 'This device opened the document too often',
    help: 'Copy its text into a new document and go on there.'
  },
  JOB_UNKNOWN: { what: 'There is no such job here', help: 'It may not have arrived yet. Try again in a moment.' },
  BAD_JOB: { what: 'Such a job cannot run', help: 'Check the range and the sizes.' },
  RESULT_ELSEWHERE: {
    what: 'The result is on another node',
    help: 'The node that began a job holds its result, and only there can it be cancelled.'
  },
  PART_UNKNOWN: { what: 'This part has not come in', help: 'It may still be computed. Try again in a moment.' },
  MODULE_UNKNOWN: { what: 'The node does not have this module any more', help: 'Give its file again.' },
  MODULE_NOT_WASM: { what: 'This is not a WebAssembly module', help: 'Choose a .wasm file.' },
  MODULE_TOO_LARGE: { what: 'The module is too large', help: 'It may have at most 16 MiB: build it for size.' },
  MODULE_MALFORMED: { what: 'The module is damaged', help: 'Build or copy it again.' },
  MODULE_IMPORT: {
    what: 'The module wants something that it does not get',
    help: 'Its only import may be the memory env.memory: no WASI, no functions of the host.'
  },
  MODULE_MEMORY: {
    what: 'The module’s memory is not as it must be',
    help: 'It must import env.memory (link with --import-memory) and need no more than the limit.'
  },
  MODULE_TABLE: { what: 'The module’s table is not as it must be', help: 'One table of at most 10,000 functions.' },
  MODULE_INSTRUCTION: {
    what: 'The module uses a feature that is not allowed',
    help: 'Build it without threads, relaxed SIMD, exceptions and tail calls: they are not the same on every computer.'
  },
  MODULE_EXPORT: { what: 'The module lacks an export', help: 'It must export run(i64, i64) -> i64.' },
  MODULE_COMPILE: { what: 'The module cannot be compiled', help: 'Its code is not valid WebAssembly: build it again.' },
  PART_CRASHED: {
    what: 'The module brought its process down',
    help: 'The node is unharmed. Look for the mistake in it.'
  },
  PART_MEMORY: { what: 'The module ran out of memory', help: 'Give it more, or make it need less.' },
  PART_TIMEOUT: { what: 'The module took too long', help: 'Give it more time, or make its parts smaller.' },
  SANDBOX_FAILED: {
    what: 'This computer cannot run modules',
    help: 'The process that would hold them in does not start; “borgo logs” says why.'
  },
  BAD_CID: { what: 'That is not the id of a file or folder', help: 'Copy it again, all of it: it begins with “baf”.' },
  BAD_CONTENT: {
    what: 'The list of its pieces is not as it must be',
    help: 'Whoever published it has to publish it again.'
  },
  BAD_NAME: {
    what: 'This name cannot be shared',
    help: 'It must work on every system: without slashes, backslashes, a dot or space at the end, and not longer than 255 bytes. Rename it.'
  },
  CONTENT_UNKNOWN: {
    what: 'That is not published here',
    help: 'Who published it may have taken it back, or it has not arrived yet. Try again in a moment.'
  },
  FILE_CHANGED: {
    what: 'The file has changed since it was published',
    help: 'Publish it again, so that others get it as it is now.'
  },
  FILE_MISSING: { what: 'There is no such file or folder', help: 'Check the path: it must be on the node’s machine.' },
  NOT_HELD: { what: 'This is not on this node', help: 'Fetch it first.' },
  NOT_YOURS: {
    what: 'Somebody else published this',
    help: 'Only who published something, or an admin of the group, can take it back.'
  },
  READ_ONLY: { what: 'The node may not read or write there', help: 'Choose another place, or change its permissions.' },
  TARGET_EXISTS: {
    what: 'Something of that name is there already',
    help: 'Nothing is overwritten: choose another name or place.'
  },
  TOO_MANY_FILES: {
    what: 'That is too much to share at once',
    help: 'At most 200,000 files: share it in parts or as one archive.'
  },
  TRANSFER_CANCELLED: { what: 'The transfer was cancelled', help: 'Fetch it again if you want it after all.' },
  TRANSFER_RUNNING: { what: 'The same is already being fetched', help: 'Wait for it, or cancel it first.' },
  TRANSFER_UNKNOWN: { what: 'There is no such transfer', help: 'It may have been cancelled: look again.' },
  BAD_ADDRESS: {
    what: 'That is not an address of a node',
    help: 'It looks like /ip4/192.0.2.7/tcp/4001/p2p/12D3KooW…; the other node shows its own on its overview.'
  }
} as const
