import type { Readable } from 'node:stream'
import { api, type Contact as ApiContact } from '@borgo/api'
import { BorgoError, parseAccountId } from '@borgo/core'
import type { AccountId, Contact, People } from '@borgo/core'
import type { EventBus } from '../events/bus.ts'
import { serve, type Served } from '../http/area.ts'
import { attachment } from '../http/attachment.ts'
import { httpError } from '../http/problem.ts'

/** Longest file of contacts that is taken in. */
const FILE_BYTES = 64 * 2 ** 20

export function contactsRoutes({ people, bus }: { people: People; bus: EventBus }): Served {
  const { contacts } = people
  people.onChange(event => {
    if (event.type === 'contact') bus.publish('contacts', { account: event.account })
  })

  const shown = (contact: Contact): ApiContact => ({
    ...contact,
    presence: people.presence.of(contact.account),
    words: contacts.words(contact.account)
  })
  const find = (account: AccountId): ApiContact => {
    const contact = contacts.get(account)
    if (!contact) throw new BorgoError('CONTACT_UNKNOWN', 'this is no contact of yours')
    return shown(contact)
  }

  return serve(api.contacts, {
    list: () => contacts.list().map(shown),
    card: () => ({ link: contacts.card() }),
    export() {
      const body = Buffer.from(contacts.export())
      const headers = { 'content-type': 'application/json', 'content-disposition': attachment('contacts.json') }
      return { body, headers: { ...headers, 'content-length': body.length } }
    },
    import: async ({ body }) => contacts.import(await readText(body)),
    get: ({ params }) => find(parseAccountId(params.account)),
    add: async ({ body }) => shown(await contacts.add(body.who.trim())),
    edit: async ({ params, body }) => shown(await contacts.edit(parseAccountId(params.account), body)),
    accept: async ({ params }) => shown(await contacts.accept(parseAccountId(params.account))),
    decline: ({ params }) => contacts.decline(parseAccountId(params.account)),
    block: ({ params }) => contacts.block(parseAccountId(params.account)),
    unblock: ({ params }) => contacts.unblock(parseAccountId(params.account)),
    remove: ({ params }) => contacts.remove(parseAccountId(params.account))
  })
}

async function readText(body: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > FILE_BYTES) throw httpError('TOO_LARGE', `a file of contacts has at most ${FILE_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
