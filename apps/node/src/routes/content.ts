import { isAbsolute } from 'node:path'
import { Readable } from 'node:stream'
import type { api, SharedContent, Transfer as ApiTransfer } from '@borgo/api'
import { BorgoError, parseGroupId, type Group, type Groups } from '@borgo/core'
import { parseContentId, type Content, type ContentInfo, type Transfer } from '@borgo/plugin-distribution'
import type { EventBus } from '../events/bus.ts'
import type { BytesAnswer, Handlers } from '../http/area.ts'
import { attachment } from '../http/attachment.ts'
import { httpError } from '../http/problem.ts'
import { parseRange } from '../http/range.ts'

export function contentRoutes(options: {
  content: Content
  groups: Pick<Groups, 'get'>
  bus: EventBus
}): Handlers<typeof api.content> {
  const { bus, content, groups } = options
  const { transfers } = content

  content.subscribe(event => {
    switch (event.type) {
      case 'content':
        return bus.publish('content', { group: event.group, cid: event.cid })
      case 'publishing':
        return publishing.tell(event)
      case 'transfer':
        return bus.publish('transfers', { type: 'transfer', transfer: shownTransfer(event.transfer) })
      case 'transfer-removed':
        return bus.publish('transfers', { type: 'removed', id: event.id })
    }
  })
  const publishing = everyPercent(progress => bus.publish('publishing', progress))

  const groupOf = (id: string): Group => {
    const group = groups.get(parseGroupId(id))
    if (group) return group
    throw new BorgoError('GROUP_UNKNOWN', 'this node is in no such group')
  }
  const shown = (info: ContentInfo): SharedContent => ({
    ...info,
    publisher: groups.get(info.group)?.nameOf(info.account) ?? info.account
  })
  const shownTransfer = (transfer: Transfer): ApiTransfer => ({
    ...transfer,
    sources: transfer.sources.map(({ device, bytes }) => ({
      device,
      bytes,
      name: groups.get(transfer.group)?.member(device)?.name ?? device
    }))
  })
  const absolute = (path: string): string => {
    if (isAbsolute(path)) return path
    throw httpError('BAD_REQUEST', `${path}: an absolute path is wanted`)
  }

  return {
    list: ({ params }) => content.list(groupOf(params.group)).map(shown),
    get: ({ params }) => shown(content.get(groupOf(params.group), parseContentId(params.cid))),
    files({ params }) {
      const files = content.files(groupOf(params.group), parseContentId(params.cid))
      if (files) return files
      throw new BorgoError('NOT_HELD', 'the list of its files is not here yet: fetch it first')
    },
    holders: ({ params }, { signal }) => content.holders(groupOf(params.group), parseContentId(params.cid), { signal }),
    async publish({ params, body }, { signal }) {
      const { path, ...rest } = body
      return shown(await content.publish(groupOf(params.group), absolute(path), { ...rest, signal }))
    },
    async upload({ params, query, body }, { signal }) {
      const { name, mime } = query
      return shown(
        await content.upload(groupOf(params.group), name, body, { signal, ...(mime !== undefined && { mime }) })
      )
    },
    withdraw: ({ params }) => content.withdraw(groupOf(params.group), parseContentId(params.cid)),
    discard: ({ params }) => content.discard(groupOf(params.group), parseContentId(params.cid)),
    async fetch({ params, body }) {
      const to = body.to === undefined ? {} : { to: absolute(body.to) }
      return shownTransfer(await content.fetch(groupOf(params.group), parseContentId(params.cid), to))
    },
    download({ params, query }, { request, signal }): BytesAnswer {
      const group = groupOf(params.group)
      const cid = parseContentId(params.cid)
      const path = query?.path ?? ''
      const { name } = content.get(group, cid)
      const file = content.files(group, cid)?.find(file => file.path === path)
      if (!file) throw new BorgoError('NOT_HELD', 'this file is not here: fetch it first')
      const range = parseRange(request.headers.range, file.bytes)
      const headers = {
        'content-type': 'application/octet-stream',
        'content-disposition': attachment(path.split('/').at(-1) || name),
        'accept-ranges': 'bytes',
        etag: `"${cid}"`
      }
      if (range === 'unsatisfiable')
        return { status: 416, headers: { ...headers, 'content-range': `bytes */${file.bytes}` }, body: Buffer.alloc(0) }
      const { start, end } = range ?? { start: 0, end: file.bytes }
      return {
        status: range ? 206 : 200,
        headers: {
          ...headers,
          'content-length': end - start,
          ...(range && { 'content-range': `bytes ${start}-${end - 1}/${file.bytes}` })
        },
        body: Readable.from(content.read(group, cid, { path, start, end, signal }), { objectMode: false })
      }
    },
    transfers: () => transfers.list().map(shownTransfer),
    transfer: ({ params }) => shownTransfer(transfers.get(params.transfer)),
    pause: async ({ params }) => shownTransfer(await transfers.pause(params.transfer)),
    resume: ({ params }) => shownTransfer(transfers.resume(params.transfer)),
    cancel: ({ params }) => transfers.cancel(params.transfer)
  }
}

interface Progress {
  group: string
  path: string
  doneBytes: number
  bytes: number
}

/** Tells progress when another percent is done, because it comes a thousand times a second. */
function everyPercent(publish: (progress: Progress) => void): { tell(progress: Progress): void } {
  const told = new Map<string, number>()
  return {
    tell({ group, path, doneBytes, bytes }) {
      const key = `${group} ${path}`
      const percent = Math.floor((doneBytes / bytes) * 100)
      if (told.get(key) === percent) return
      if (percent === 100) told.delete(key)
      else told.set(key, percent)
      publish({ group, path, doneBytes, bytes })
    }
  }
}
