import { Type, type Static } from 'typebox'
import { area } from './route.ts'
import { AccountId, DeviceId, GroupId, Name, RecordId, Timestamp } from './values.ts'

export const Workspace = Type.Object({
  id: RecordId,
  group: GroupId,
  name: Type.String(),
  writable: Type.Boolean({ description: 'This person may post, edit and add documents' }),
  createdBy: AccountId,
  createdAt: Timestamp
})
export type Workspace = Static<typeof Workspace>

export const Thread = Type.Object({
  id: RecordId,
  title: Type.String(),
  account: AccountId,
  author: Type.String({ description: 'As the group knows who began it' }),
  startedAt: Timestamp,
  posts: Type.Integer({ minimum: 1 }),
  lastPostAt: Timestamp
})
export type Thread = Static<typeof Thread>

export const Post = Type.Object({
  id: RecordId,
  thread: RecordId,
  account: AccountId,
  device: DeviceId,
  author: Type.String(),
  postedAt: Timestamp,
  isTimeOff: Type.Boolean({ description: 'The clock that `postedAt` is by was wrong' }),
  text: Type.Optional(Type.String({ description: 'Left out when its author took it back' })),
  editedAt: Type.Optional(Timestamp),
  mine: Type.Boolean()
})
export type Post = Static<typeof Post>

export const PostPage = Type.Object({
  thread: Thread,
  posts: Type.Array(Post, { description: 'Oldest first' }),
  before: Type.Optional(RecordId)
})
export type PostPage = Static<typeof PostPage>

export const SharedDocument = Type.Object({
  id: RecordId,
  workspace: RecordId,
  title: Type.String(),
  createdBy: AccountId,
  createdAt: Timestamp,
  changedAt: Type.Optional(Timestamp)
})
export type SharedDocument = Static<typeof SharedDocument>

export const SharedText = Type.Object({
  document: SharedDocument,
  text: Type.String(),
  writable: Type.Boolean(),
  refused: Type.Array(Type.Object({ device: DeviceId, count: Type.Integer({ minimum: 1 }), reason: Type.String() }), {
    description: 'Devices that sent changes against the rules, which were not taken'
  })
})
export type SharedText = Static<typeof SharedText>

export const WorkspaceEvent = Type.Union([
  Type.Object({ type: Type.Literal('workspace'), group: GroupId, workspace: RecordId }),
  Type.Object({ type: Type.Literal('board'), group: GroupId, workspace: RecordId, thread: RecordId }),
  Type.Object({ type: Type.Literal('document'), group: GroupId, workspace: RecordId, document: RecordId })
])
export type WorkspaceEvent = Static<typeof WorkspaceEvent>

/** Largest text that one call writes, bytes of UTF-8. */
export const MAX_TEXT_BYTES = 16_777_216

const ByWorkspace = Type.Object({ workspace: RecordId })
const ByThread = Type.Object({ workspace: RecordId, thread: RecordId })
const ByPost = Type.Object({ workspace: RecordId, post: RecordId })
const ByDocument = Type.Object({ workspace: RecordId, document: RecordId })
const Title = Type.String({ minLength: 1, maxLength: 200 })
const PostText = Type.String({ minLength: 1, maxLength: 20_000 })

export const workspaces = area({
  name: 'workspaces',
  routes: {
    list: {
      method: 'GET',
      path: '/workspaces',
      summary: 'The workspaces of all groups or of one, oldest first',
      query: Type.Object({ group: Type.Optional(GroupId) }),
      response: Type.Array(Workspace)
    },
    create: {
      method: 'POST',
      path: '/workspaces',
      summary: 'Found a workspace in a group',
      body: Type.Object({ group: GroupId, name: Name }),
      response: Workspace,
      status: 201
    },
    threads: {
      method: 'GET',
      path: '/workspaces/:workspace/threads',
      summary: 'The threads of its board, those with the latest posts first',
      params: ByWorkspace,
      query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 100 })) }),
      response: Type.Array(Thread)
    },
    startThread: {
      method: 'POST',
      path: '/workspaces/:workspace/threads',
      summary: 'Begin a thread; answers when it is on disk here, as do the other changes',
      params: ByWorkspace,
      body: Type.Object({ title: Title, text: PostText }),
      response: Thread,
      status: 201
    },
    posts: {
      method: 'GET',
      path: '/workspaces/:workspace/threads/:thread/posts',
      summary: 'A page of posts: the newest, or those before one',
      params: ByThread,
      query: Type.Object({
        before: Type.Optional(RecordId),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 }))
      }),
      response: PostPage
    },
    reply: {
      method: 'POST',
      path: '/workspaces/:workspace/threads/:thread/posts',
      summary: 'Answer in a thread',
      params: ByThread,
      body: Type.Object({ text: PostText }),
      response: Post,
      status: 201
    },
    editPost: {
      method: 'PATCH',
      path: '/workspaces/:workspace/posts/:post',
      summary: "Change a post of one's own",
      params: ByPost,
      body: Type.Object({ text: PostText }),
      response: Post
    },
    removePost: {
      method: 'DELETE',
      path: '/workspaces/:workspace/posts/:post',
      summary: "Take a post of one's own back; nobody is shown its text any more",
      params: ByPost,
      response: Post
    },
    documents: {
      method: 'GET',
      path: '/workspaces/:workspace/documents',
      summary: 'Its documents, oldest first',
      params: ByWorkspace,
      response: Type.Array(SharedDocument)
    },
    createDocument: {
      method: 'POST',
      path: '/workspaces/:workspace/documents',
      summary: 'Add an empty text document',
      params: ByWorkspace,
      body: Type.Object({ title: Title }),
      response: SharedDocument,
      status: 201
    },
    readDocument: {
      method: 'GET',
      path: '/workspaces/:workspace/documents/:document',
      summary: 'A document and its text',
      params: ByDocument,
      response: SharedText
    },
    writeDocument: {
      method: 'PUT',
      path: '/workspaces/:workspace/documents/:document/text',
      summary: 'Make the text this one, touching only what differs, or add to its end; UTF-8',
      params: ByDocument,
      query: Type.Object({ mode: Type.Optional(Type.Union([Type.Literal('replace'), Type.Literal('append')])) }),
      body: 'bytes',
      response: SharedDocument
    },
    edit: {
      method: 'GET',
      path: '/workspaces/:workspace/documents/:document/live',
      summary: 'Edit together with others: sync and awareness as in y-protocols 1, rules C-40 to C-43 of plugin-collab',
      scope: 'admin',
      params: ByDocument,
      query: Type.Object({ session: Type.Optional(Type.Integer({ minimum: 0 })) }),
      response: 'socket'
    }
  },
  events: { workspaces: WorkspaceEvent },
  problems: {
    BAD_TEXT: 400,
    DOCUMENT_UNKNOWN: 404,
    GROUP_UNKNOWN: 404,
    NOT_AUTHOR: 403,
    POST_UNKNOWN: 404,
    SESSIONS_USED_UP: 409,
    THREAD_UNKNOWN: 404,
    WORKSPACE_UNKNOWN: 404
  }
})
