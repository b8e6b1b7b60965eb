import { Readable } from 'node:stream'
import {
  api,
  type NamePlace as ApiNamePlace,
  type NameRecord as ApiNameRecord,
  type NameSearchEnd,
  type Registration as ApiRegistration
} from '@borgo/api'
import { BorgoError, parseGroupId, parseName } from '@borgo/core'
import type { GroupId, Groups, NamePlace, NameRecord, Names, Registration, SearchEnd } from '@borgo/core'
import type { EventBus } from '../events/bus.ts'
import { serve, type Served } from '../http/area.ts'
import { asked } from '../http/asked.ts'
import { base64, bytes } from '../http/base64.ts'
import { httpError } from '../http/problem.ts'

interface Options {
  names: Names
  groups: Pick<Groups, 'get'>
  bus: EventBus
}

export function namesRoutes({ names, groups, bus }: Options): Served {
  names.onChange(label => bus.publish('names', { label }))
  const known = (text: string): GroupId => {
    const group = parseGroupId(text)
    if (!groups.get(group)) throw new BorgoError('GROUP_UNKNOWN', 'this device is no member of the group')
    return group
  }

  return serve(api.names, {
    own: () => names.registered().map(shown),
    register: ({ body }) =>
      asked(async () => shown(await names.register(body.label, { ...placeOf(body), ...said(body) }))),
    update: ({ body }) =>
      asked(async () => {
        const own = body.addresses === null && { addresses: undefined }
        return shown(await names.update(body.label, { ...placeOf(body), ...said(body), ...own }))
      }),
    withdraw: ({ query }) => asked(() => names.withdraw(query.label, placeOf(query))),
    resolve({ query }, { admitted, signal }) {
      const { name, group, scope, ...options } = query
      // What is wrong with the question is an answer of its own, not the end of a stream.
      parseName(name)
      if (group !== undefined && scope !== undefined && scope !== 'group')
        throw httpError('BAD_REQUEST', 'a group goes with the scope group, and only there')
      const where = { ...(scope && { scope }), ...(group !== undefined && { group: known(group) }) }
      // Where strangers' addresses lead, who may only read has nothing to decide.
      const mayDial = admitted?.scope === 'admin'
      const found = names.resolve(name, { ...options, ...where, mayDial, signal })
      return {
        body: Readable.from(lines(found), { objectMode: false }),
        headers: { 'content-type': 'application/x-ndjson; charset=utf-8' }
      }
    },
    directory: () => names.directory()
  })
}

/** The first line is empty: it takes the head of the answer to the caller. */
async function* lines(records: AsyncGenerator<NameRecord, SearchEnd, undefined>): AsyncGenerator<string> {
  const line = (value: ApiNameRecord | NameSearchEnd): string => `${JSON.stringify(value)}\n`
  yield '\n'
  try {
    for (;;) {
      const { done, value } = await records.next()
      if (done) {
        yield line({ end: value })
        return
      }
      yield line(found(value))
    }
  } finally {
    await records.return('all')
  }
}

function placeOf({ scope, group }: Omit<ApiNamePlace, 'label'>): NamePlace {
  return { scope, ...(group !== undefined && { group: parseGroupId(group) }) }
}

interface Details {
  comment?: string
  data?: string
  addresses?: string[] | null
  lifetimeMs?: number
}

function said({ comment, data, addresses, lifetimeMs }: Details) {
  return {
    ...(comment !== undefined && { comment }),
    ...(data !== undefined && { data: bytes(data) }),
    ...(addresses && { addresses }),
    ...(lifetimeMs !== undefined && { lifetimeMs })
  }
}

function shown({ addresses, announcedAt, expiresAt, data, ...rest }: Registration): ApiRegistration {
  return {
    ...rest,
    data: base64(data),
    ...(addresses && { addresses: [...addresses] }),
    ...(announcedAt !== undefined && { announcedAt }),
    ...(expiresAt !== undefined && { expiresAt })
  }
}

function found({ group, data, ...rest }: NameRecord): ApiNameRecord {
  return { ...rest, ...(group !== undefined && { group }), data: base64(data) }
}
