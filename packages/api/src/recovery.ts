import { Type, type Static } from 'typebox'
import { area } from './route.ts'
import { GroupId, Name } from './values.ts'

const Passphrase = Type.String({ minLength: 1, maxLength: 1_024 })
const KeyPassphrase = Type.Optional(
  Type.String({ minLength: 1, maxLength: 1_024, description: 'Of the key file, when it has one' })
)

/** A group of this person that this device is not in yet. */
export const AwaitedGroup = Type.Object({
  group: GroupId,
  name: Name,
  problem: Type.Optional(Type.String({ description: 'The code of why the last try failed, e.g. UNREACHABLE' }))
})
export type AwaitedGroup = Static<typeof AwaitedGroup>

/** The file that holds this device's keys. */
export const KeyFileState = Type.Object({
  encrypted: Type.Boolean({ description: 'It takes a passphrase to start' }),
  problem: Type.Optional(Type.String({ description: 'What is wrong with it, and what helps' }))
})
export type KeyFileState = Static<typeof KeyFileState>

export const recovery = area({
  name: 'recovery',
  routes: {
    keyFile: {
      method: 'GET',
      path: '/recovery/key-file',
      summary: 'Check the key file as a start would: permissions, damage, passphrase, keys that belong together',
      response: KeyFileState
    },
    setPassphrase: {
      method: 'PUT',
      path: '/recovery/passphrase',
      summary: 'Set or change the passphrase of the key file',
      body: Type.Object({ passphrase: Passphrase, current: KeyPassphrase }),
      response: KeyFileState
    },
    removePassphrase: {
      method: 'POST',
      path: '/recovery/passphrase/remove',
      summary: 'Remove the passphrase: from then on the mode of the key file alone protects it',
      body: Type.Object({ current: Passphrase }),
      response: KeyFileState
    },
    words: {
      method: 'POST',
      path: '/recovery/words',
      summary: "The account's key as 24 words, for paper. Whoever reads them can be this person",
      body: Type.Object({ passphrase: KeyPassphrase }),
      response: Type.Object({ words: Type.String() })
    },
    file: {
      method: 'POST',
      path: '/recovery/file',
      summary: 'A recovery file, encrypted under a passphrase of its own',
      body: Type.Object({ secret: Passphrase, passphrase: KeyPassphrase }),
      response: 'bytes'
    },
    byWords: {
      method: 'POST',
      path: '/recovery/by-words',
      summary: 'Make this node, which is in no group yet, a new device of the account; it starts again then',
      body: Type.Object({
        words: Type.String({ minLength: 1, maxLength: 1_024 }),
        from: Type.String({
          minLength: 1,
          maxLength: 4_200,
          description: 'An address, invitation or contact card of anybody who shares a group with that person'
        }),
        name: Type.Optional(Name)
      })
    },
    byFile: {
      method: 'POST',
      path: '/recovery/by-file',
      summary: 'The same by a recovery file',
      body: Type.Object({ file: Type.String({ minLength: 1, description: 'Its text' }), secret: Passphrase })
    },
    awaited: {
      method: 'GET',
      path: '/recovery/groups',
      summary: 'Groups of this person that this device is not in yet',
      response: Type.Array(AwaitedGroup)
    }
  },
  events: {},
  problems: {
    ACCOUNT_IN_USE: 409,
    BAD_ADDRESS: 400,
    BAD_CARD: 400,
    BAD_INVITATION: 400,
    BAD_PASSPHRASE: 403,
    BAD_RECOVERY: 400,
    FOLDER_READ_ONLY: 409
  }
})
