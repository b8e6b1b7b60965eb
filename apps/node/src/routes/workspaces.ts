import type { Readable } from 'node:stream'
import {
  MAX_TEXT_BYTES,
  type api,
  type Post as ApiPost,
  type SharedDocument,
  type Thread as ApiThread,
  type Workspace as ApiWorkspace
} from '@borgo/api'
import { BorgoError, isAtLeast, parseGroupId, parseRecordId, type Groups } from '@borgo/core'
import type {
  DocumentInfo,
  OpenDocument,
  Post,
  TabEnd,
  Thread,
  Workspace,
  WorkspaceInfo,
  Workspaces
} from '@borgo/plugin-collab'
import type { EventBus } from '../events/bus.ts'
import type { Handlers } from '../http/area.ts'

/** What a tab's WebSocket is closed with; 4000 to 4999 are for applications (RFC 6455, 7.4.2). */
const CLOSE_CODES: Readonly<Record<TabEnd, number>> = {
  'bad-message': 4_400,
  forbidden: 4_403,
  replaced: 4_409,
  reset: 4_410,
  stopped: 1_001
}

/** A tab that lets this much pile up is cut off; it gets what it missed when it connects again. */
const BACKLOG_BYTES = 16_777_216

export function workspacesRoutes(options: {
  workspaces: Workspaces
  groups: Pick<Groups, 'get'>
  bus: EventBus
}): Handlers<typeof api.workspaces> {
  const { bus, groups, workspaces } = options
  workspaces.subscribe(event => bus.publish('workspaces', event))

  const find = (id: string): Workspace => workspaces.open(parseRecordId(id))
  const shown = ({ id, group, name, createdBy, createdAt }: WorkspaceInfo): ApiWorkspace => ({
    id,
    group,
    name,
    createdBy,
    createdAt,
    writable: isAtLeast(groups.get(group)?.role, 'writer')
  })
  const documentOf = (workspace: Workspace, id: string): DocumentInfo => {
    const info = workspace.documents().find(document => document.id === id)
    if (!info) throw new BorgoError('DOCUMENT_UNKNOWN', 'this document is not in the workspace, or not here yet')
    return info
  }
  const open = (params: { workspace: string; document: string }): OpenDocument =>
    find(params.workspace).openDocument(parseRecordId(params.document))

  return {
    list({ query }) {
      const group = query?.group
      return workspaces.list(group === undefined ? undefined : parseGroupId(group)).map(shown)
    },
    create: async ({ body }) => shown(await workspaces.create(parseGroupId(body.group), body.name)),
    threads: ({ params, query }) => find(params.workspace).board.threads(query).map(shownThread),
    startThread: async ({ params, body }) =>
      shownThread(await find(params.workspace).board.start(body.title, body.text)),
    posts({ params, query }) {
      const { before, limit } = query ?? {}
      const page = find(params.workspace).board.posts(parseRecordId(params.thread), {
        limit,
        before: before === undefined ? undefined : parseRecordId(before)
      })
      return { thread: shownThread(page.thread), posts: page.posts.map(shownPost), before: page.before }
    },
    reply: async ({ params, body }) =>
      shownPost(await find(params.workspace).board.reply(parseRecordId(params.thread), body.text)),
    editPost: async ({ params, body }) =>
      shownPost(await find(params.workspace).board.edit(parseRecordId(params.post), body.text)),
    removePost: async ({ params }) => shownPost(await find(params.workspace).board.remove(parseRecordId(params.post))),
    documents: ({ params }) => find(params.workspace).documents(),
    createDocument: ({ params, body }) => find(params.workspace).createDocument(body.title),
    async readDocument({ params }) {
      const info = documentOf(find(params.workspace), params.document)
      const document = open(params)
      try {
        const refused = document.refusals().map(({ last, ...refusal }) => ({ ...refusal, reason: last }))
        return { document: info, text: document.text(), writable: document.writable, refused }
      } finally {
        await document.close()
      }
    },
    async writeDocument({ params, query, body }): Promise<SharedDocument> {
      const document = open(params)
      try {
        const text = await utf8(body)
        if (query?.mode === 'append') document.insert(document.text().length, text)
        else document.replace(text)
        await document.flush()
      } finally {
        await document.close()
      }
      return documentOf(find(params.workspace), params.document)
    },
    async edit({ params, query }, socket) {
      const document = open(params)
      // The connection holds the document from here on.
      try {
        const tab = document.connect(
          {
            send(message) {
              socket.send(message)
              if (socket.bufferedAmount > BACKLOG_BYTES) socket.terminate()
            },
            close: reason => socket.close(CLOSE_CODES[reason], reason)
          },
          { session: query?.session }
        )
        socket.on('message', (data: Buffer) => tab.receive(data))
        socket.once('close', () => tab.close())
      } finally {
        await document.close()
      }
    }
  }
}

function shownThread({ name, ...thread }: Thread): ApiThread {
  return { ...thread, author: name }
}

function shownPost({ name, ...post }: Post): ApiPost {
  return { ...post, author: name }
}

/** Throws TOO_LARGE, BAD_TEXT. */
async function utf8(body: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_TEXT_BYTES)
      throw new BorgoError('TOO_LARGE', `a document takes at most ${MAX_TEXT_BYTES} bytes at once`)
    chunks.push(chunk)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks))
  } catch (cause) {
    throw new BorgoError('BAD_TEXT', 'this is not text in UTF-8', { cause })
  }
}
