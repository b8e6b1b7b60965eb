import { BorgoError, hasCode, listeners, takeIn } from '@borgo/core'
import type { CoreCode, Entry, Group, GroupId, Plugin, PluginContext, RecordId, RecordKind } from '@borgo/core'
import { createBoard } from './board.ts'
import { boardIndex } from './board-index.ts'
import { catalogue } from './catalogue.ts'
import { documentStore } from './document-store.ts'
import { Documents } from './documents.ts'
import { collabError } from './errors.ts'
import { foundWork } from './found.ts'
import {
  awarenessChannel,
  documentKind,
  editKind,
  MAX_TITLE_LENGTH,
  postKind,
  removalKind,
  threadKind,
  updateKind,
  workspaceKind
} from './protocol.ts'
import type {
  DocumentData,
  EditData,
  PostData,
  RemovalData,
  ThreadData,
  UpdateData,
  WorkspaceData
} from './protocol.ts'
import { SCHEMA } from './schema.ts'
import type { CollabEvent, DocumentInfo, Workspace, WorkspaceInfo, Workspaces } from './workspaces.ts'

export interface Collab {
  workspaces: Workspaces
}

const KINDS = [workspaceKind, documentKind, threadKind, postKind, editKind, removalKind, updateKind]

/** Workspaces in groups: message boards and shared text documents that merge whatever was done apart. */
export function collab(): Plugin<Collab> {
  return { name: 'collab', start: context => ({ workspaces: startWorkspaces(context) }) }
}

function startWorkspaces(context: PluginContext): Workspaces {
  const { groups, log, self } = context
  const kinds = KINDS as RecordKind<unknown>[]
  for (const kind of kinds) groups.define(kind)
  const database = context.store.database(SCHEMA)
  const index = catalogue(database)
  const board = boardIndex(database)
  const store = documentStore(database)

  const events = listeners<[event: CollabEvent]>(error => log.error('a listener failed', { error: String(error) }))

  const tell = (event: CollabEvent | undefined): void => {
    if (event !== undefined) events.tell(event)
  }
  const eventOf = (entry: Entry): CollabEvent | undefined => {
    const { group } = entry
    const ofDocument = (document: RecordId): CollabEvent | undefined => {
      const workspace = index.document(document)?.workspace
      return workspace && { type: 'document', group, workspace, document }
    }
    const ofPost = (id: RecordId): CollabEvent | undefined => {
      const thread = board.post(group, id)?.thread
      const workspace = thread && board.workspaceOf(thread, group)
      return thread && workspace ? { type: 'board', group, workspace, thread } : undefined
    }
    switch (entry.kind) {
      case workspaceKind.name:
        return { type: 'workspace', group, workspace: entry.id }
      case documentKind.name:
        return ofDocument(entry.id)
      case updateKind.name:
        return ofDocument((entry.data as UpdateData).document)
      case editKind.name:
      case removalKind.name:
        return ofPost((entry.data as EditData | RemovalData).post)
      default:
        return ofPost(entry.id)
    }
  }
  const take: Record<string, (entry: Entry) => void> = {
    [workspaceKind.name]: entry => index.addWorkspace(entry as Entry<WorkspaceData>),
    [documentKind.name]: entry => index.addDocument(entry as Entry<DocumentData>),
    [threadKind.name]: entry => board.addThread(entry as Entry<ThreadData>),
    [postKind.name]: entry => board.addReply(entry as Entry<PostData>),
    [editKind.name]: entry => board.addEdit(entry as Entry<EditData>),
    [removalKind.name]: entry => board.addRemoval(entry as Entry<RemovalData>),
    [updateKind.name]: entry => store.add(entry as Entry<UpdateData>)
  }
  const taking = takeIn(context, {
    kinds,
    place: database,
    take(entry) {
      take[entry.kind]?.(entry)
      return entry
    },
    taken(entries) {
      documents.receive(entries.filter((entry): entry is Entry<UpdateData> => entry.kind === updateKind.name))
      for (const entry of entries) tell(eventOf(entry))
    }
  })
  const documents: Documents = new Documents({
    context,
    store,
    until: taking.until,
    groupOf(document) {
      const group = index.document(document)?.group
      return group && groups.get(group)
    }
  })
  groups.listen(awarenessChannel, message => documents.hear(message))
  context.defer(async () => {
    await taking.ended
    await documents.stop()
  })

  const groupOf = (id: GroupId): Group => {
    const group = groups.get(id)
    if (group === undefined) throw new BorgoError<CoreCode>('GROUP_UNKNOWN', 'you are not in this group')
    return group
  }
  const describe = (info: Omit<DocumentInfo, 'changedAt'>): DocumentInfo => ({
    ...info,
    changedAt: store.changedAt(info.id)
  })
  const enter = (info: WorkspaceInfo): Workspace => {
    const group = groupOf(info.group)
    return {
      ...info,
      board: createBoard({ account: self.account, group, workspace: info.id, index: board, until: taking.until }),
      documents: () => index.documents(info.id, group.id).map(describe),
      async createDocument(title) {
        const { id, position } = await group.append(documentKind, checked(documentKind, { workspace: info.id, title }))
        await taking.until(position)
        return describe(knownDocument(info, id))
      },
      openDocument: id => documents.open(knownDocument(info, id).id, group)
    }
  }
  const knownDocument = (workspace: WorkspaceInfo, id: RecordId): Omit<DocumentInfo, 'changedAt'> => {
    const { group, ...info } = index.document(id) ?? { group: undefined, workspace: undefined }
    if (info.workspace !== workspace.id || group !== workspace.group)
      throw collabError('DOCUMENT_UNKNOWN', 'this document is not in the workspace, or not here yet')
    return info
  }
  const known = (id: RecordId): WorkspaceInfo => {
    const info = index.workspace(id)
    if (info === undefined) throw collabError('WORKSPACE_UNKNOWN', 'there is no such workspace, or it is not here yet')
    return info
  }

  return {
    list: group => index.workspaces().filter(info => (group ? info.group === group : groups.get(info.group))),
    open: id => enter(known(id)),
    async create(group, name) {
      const { id, position } = await groupOf(group).append(workspaceKind, checked(workspaceKind, { name }))
      await taking.until(position)
      return enter(known(id))
    },
    async found(entry) {
      await taking.until(entry.position)
      return foundWork(entry, { board, index, entryOf: id => groups.get(entry.group)?.entry(id) })
    },
    subscribe: events.on
  }
}

/** What a person typed, by the rules for what peers send. Throws BAD_TEXT. */
function checked<T>(kind: RecordKind<T>, data: T): T {
  try {
    return kind.parse(data)
  } catch (cause) {
    if (!(cause instanceof TypeError) && !hasCode(cause, 'BAD_MESSAGE')) throw cause
    const limit = 'name' in (data as object) ? 'a name has 1 to 64' : `a title has 1 to ${MAX_TITLE_LENGTH}`
    throw collabError('BAD_TEXT', `${limit} visible characters`, cause)
  }
}
