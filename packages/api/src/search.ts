import { Type, type Static } from 'typebox'
import { ContentId } from './content.ts'
import { area } from './route.ts'
import { AccountId, GroupId, RecordId, Timestamp } from './values.ts'

/** What can be found: messages, workspaces, documents, threads and posts of boards, and shared files and folders. */
export const FoundKind = Type.Union([
  Type.Literal('message'),
  Type.Literal('workspace'),
  Type.Literal('document'),
  Type.Literal('thread'),
  Type.Literal('post'),
  Type.Literal('content')
])
export type FoundKind = Static<typeof FoundKind>

export const FoundField = Type.Union([Type.Literal('text'), Type.Literal('title'), Type.Literal('name')], {
  description: 'text: of messages and posts; title: of threads and documents; name: of workspaces and contents'
})
export type FoundField = Static<typeof FoundField>

const KINDS = FoundKind.anyOf.map(({ const: kind }) => kind).join('|')

/** Something in which the words occur, as it is shown now, and what leads there. */
export const Found = Type.Object({
  id: RecordId,
  kind: FoundKind,
  group: GroupId,
  account: AccountId,
  author: Type.String({ description: 'As the group knows who wrote it' }),
  at: Timestamp,
  title: Type.Optional(Type.String({ description: 'Title or name; of a post that of its thread' })),
  text: Type.Optional(Type.String()),
  workspace: Type.Optional(RecordId),
  document: Type.Optional(RecordId),
  thread: Type.Optional(RecordId),
  cid: Type.Optional(ContentId)
})
export type Found = Static<typeof Found>

export const FoundPage = Type.Object({
  found: Type.Array(Found, { description: 'What came to this node last comes first' }),
  before: Type.Optional(Type.Integer({ minimum: 1, description: 'For more' }))
})
export type FoundPage = Static<typeof FoundPage>

export const search = area({
  name: 'search',
  routes: {
    find: {
      method: 'GET',
      path: '/search',
      summary:
        'Everything in which all words occur, from what is on this node, whose text documents are found by title; "several in quotes" stand together',
      query: Type.Object({
        q: Type.String({ minLength: 1, maxLength: 512 }),
        kinds: Type.Optional(
          Type.String({
            pattern: `^(${KINDS})(,(${KINDS}))*$`,
            maxLength: 128,
            description: 'Only these, with commas between them'
          })
        ),
        field: Type.Optional(FoundField),
        group: Type.Optional(GroupId),
        by: Type.Optional(AccountId),
        since: Type.Optional(Timestamp),
        until: Type.Optional(Timestamp),
        before: Type.Optional(Type.Integer({ minimum: 1 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 }))
      }),
      response: FoundPage
    }
  },
  events: {},
  problems: { GROUP_UNKNOWN: 404 }
})
