import type { Client, SharedDocument, Workspace } from '@borgo/api'
import { BorgoError } from '@borgo/core/errors'
import { nodeError } from '../errors.ts'

/** The workspace that a person means: its id, the beginning of one, or its name. Throws WORKSPACE_UNKNOWN, USAGE. */
export async function findWorkspace(client: Client, text: string, signal?: AbortSignal): Promise<Workspace> {
  const workspace = pick(await client.workspaces.list({ signal }), text, ({ name }) => name)
  if (workspace) return workspace
  throw new BorgoError(
    'WORKSPACE_UNKNOWN',
    `no workspace is called ${text}: \`borgo workspace list\` shows what there is`
  )
}

/** The document that a person means, in the same way. Throws DOCUMENT_UNKNOWN, USAGE. */
export async function findDocument(
  client: Client,
  { id, name }: Workspace,
  text: string,
  signal?: AbortSignal
): Promise<SharedDocument> {
  const documents = await client.workspaces.documents({ params: { workspace: id }, signal })
  const document = pick(documents, text, ({ title }) => title)
  if (document) return document
  throw new BorgoError(
    'DOCUMENT_UNKNOWN',
    `no document in ${name} is called ${text}: \`borgo workspace doc list\` shows what there is`
  )
}

/** By id, then by name, then by the beginning of an id. Throws USAGE when several fit. */
export function pick<T extends { id: string }>(
  items: readonly T[],
  text: string,
  nameOf: (item: T) => string
): T | undefined {
  const exact = items.find(({ id }) => id === text)
  if (exact) return exact
  const named = items.filter(item => nameOf(item) === text)
  const fitting = named.length > 0 ? named : items.filter(({ id }) => text.length >= 4 && id.startsWith(text))
  const [item, another] = fitting
  if (another) throw nodeError('USAGE', `several are meant by ${text}: give an id`)
  return item
}
