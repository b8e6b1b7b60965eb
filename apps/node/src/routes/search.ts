import { api, FoundKind, type Found } from '@borgo/api'
import {
  BorgoError,
  hasCode,
  parseAccountId,
  parseGroupId,
  type Entry,
  type Groups,
  type RecordKind
} from '@borgo/core'
import { collabTexts, type Workspaces } from '@borgo/plugin-collab'
import { contentKind, type Content, type ContentRecord } from '@borgo/plugin-distribution'
import { messageKind } from '@borgo/plugin-rtc'
import { serve, type Served } from '../http/area.ts'

interface Options {
  groups: Pick<Groups, 'get' | 'search'>
  /** What runs now. */
  running: () => Running
}

interface Running {
  /** Undefined: its plugin does not run, and nothing of it is found. So it is with the others. */
  workspaces: Workspaces | undefined
  content: Content | undefined
  hasMessages: boolean
}

type What = Pick<Found, 'kind' | 'title' | 'text' | 'workspace' | 'document' | 'thread' | 'cid'>

export function searchRoutes({ groups, running }: Options): Served {
  /** What it is and says now; undefined for what was taken back or changed since. */
  const whatOf = async (entry: Entry, { content, workspaces }: Running): Promise<What | undefined> => {
    if (entry.kind === messageKind.name) return { kind: 'message', text: (entry.data as { text: string }).text }
    if (entry.kind === contentKind.name) {
      const { cid, name } = entry.data as ContentRecord
      return isListed(entry, cid, content) ? { kind: 'content', title: name, cid } : undefined
    }
    const found = await workspaces?.found(entry)
    return found && { ...found, kind: found.type }
  }
  const isListed = ({ group: id }: Entry, cid: ContentRecord['cid'], content: Content | undefined): boolean => {
    const group = groups.get(id)
    if (!group || !content) return false
    try {
      return content.get(group, cid).cid === cid
    } catch (error) {
      if (hasCode(error, 'CONTENT_UNKNOWN')) return false
      throw error
    }
  }

  return serve(api.search, {
    async find({ query: { by, group, kinds, q, ...rest } }) {
      const plugins = running()
      const message = plugins.hasMessages ? [messageKind as RecordKind<unknown>] : []
      const contents = plugins.content ? [contentKind as RecordKind<unknown>] : []
      const work = plugins.workspaces ? collabTexts : []
      const id = group === undefined ? undefined : parseGroupId(group)
      if (id !== undefined && !groups.get(id)) throw new BorgoError('GROUP_UNKNOWN', 'you are not in this group')
      const wanted = kinds?.split(',') ?? FoundKind.anyOf.map(({ const: kind }) => kind)
      const page = await groups.search(q, {
        ...rest,
        kinds: [
          ...(wanted.includes('message') ? message : []),
          ...(wanted.includes('content') ? contents : []),
          ...(wanted.some(kind => kind !== 'message' && kind !== 'content') ? work : [])
        ],
        ...(id !== undefined && { group: id }),
        ...(by !== undefined && { by: parseAccountId(by) })
      })
      const found: Found[] = []
      for (const entry of page.entries) {
        const inGroup = groups.get(entry.group)
        const what = inGroup && (await whatOf(entry, plugins))
        if (!what || !wanted.includes(what.kind)) continue
        const { account, order } = entry
        const author = inGroup.nameOf(account) ?? account
        const { kind, title, text, workspace, document, thread, cid } = what
        const where = { title, text, workspace, document, thread, cid }
        found.push({ id: entry.id, kind, group: entry.group, account, author, at: order.ms, ...where })
      }
      return { found, before: page.before }
    }
  })
}
