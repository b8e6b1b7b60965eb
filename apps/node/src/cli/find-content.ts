import type { Client, SharedContent, Transfer } from '@borgo/api'
import { BorgoError } from '@borgo/core/errors'
import { nodeError } from '../errors.ts'

/** Beginnings of ids shorter than this mean nothing: all ids begin alike. */
const CID_PREFIX = 12
const TRANSFER_PREFIX = 4

/** The content that a person means: its id, the beginning of one, or its name. Throws CONTENT_UNKNOWN, USAGE when several fit. */
export async function findContent(
  client: Client,
  group: string,
  text: string,
  signal?: AbortSignal
): Promise<SharedContent> {
  const all = await client.content.list({ params: { group }, signal })
  const named = all.filter(({ cid, name }) => cid === text || name === text)
  const fitting = named.length > 0 ? named : all.filter(({ cid }) => text.length >= CID_PREFIX && cid.startsWith(text))
  const [found, another] = fitting
  if (!found)
    throw new BorgoError('CONTENT_UNKNOWN', `nothing is called ${text}: \`borgo content list\` shows what there is`)
  if (another) throw nodeError('USAGE', `several are called ${text}: give the id (\`borgo content list\`)`)
  return found
}

/** The transfer that a person means: its id, the beginning of one, or the name of what it fetches. */
export async function findTransfer(client: Client, text: string, signal?: AbortSignal): Promise<Transfer> {
  const all = await client.content.transfers({ signal })
  const fitting = all.filter(
    ({ id, name }) => id === text || (text.length >= TRANSFER_PREFIX && id.startsWith(text)) || name === text
  )
  const open = fitting.filter(({ state }) => state !== 'done')
  const [found, another] = open.length > 0 ? open : fitting
  if (!found)
    throw new BorgoError('TRANSFER_UNKNOWN', `no transfer ${text}: \`borgo content transfers\` shows what there is`)
  if (another) throw nodeError('USAGE', `several transfers are meant by ${text}: give the id`)
  return found
}
