import type { Client, SharedContent, Transfer } from '@borgo/api'
import { BorgoError } from '@borgo/core/errors'
import { pick } from './pick.ts'

/** The content that a person means: its id, the beginning of one, or its name. Throws CONTENT_UNKNOWN, USAGE when several fit. */
export async function findContent(
  client: Client,
  group: string,
  text: string,
  signal?: AbortSignal
): Promise<SharedContent> {
  return pick(await client.content.list({ params: { group }, signal }), text, {
    idOf: ({ cid }) => cid,
    namesOf: ({ name }) => [name],
    least: 12,
    list: 'borgo content list',
    unknown: () =>
      new BorgoError('CONTENT_UNKNOWN', `nothing is called ${text}: \`borgo content list\` shows what there is`)
  })
}

/**
 * The transfer that a person means: its id, the beginning of one, or the name of what it fetches; of several, one that is
 * not done. Throws TRANSFER_UNKNOWN, USAGE when several fit.
 */
export async function findTransfer(client: Client, text: string, signal?: AbortSignal): Promise<Transfer> {
  return pick(await client.content.transfers({ signal }), text, {
    idOf: ({ id }) => id,
    namesOf: ({ name }) => [name],
    isPreferred: ({ state }) => state !== 'done',
    list: 'borgo content transfers',
    unknown: () =>
      new BorgoError('TRANSFER_UNKNOWN', `no transfer ${text}: \`borgo content transfers\` shows what there is`)
  })
}
