import type { Client, SharedDocument, Thread, Workspace } from '@borgo/api'
import { BorgoError } from '@borgo/core/errors'
import { pick } from './pick.ts'

const idOf = ({ id }: { id: string }): string => id

/** The workspace that a person means: its id, the beginning of one, or its name. Throws WORKSPACE_UNKNOWN, USAGE. */
export async function findWorkspace(client: Client, text: string, signal?: AbortSignal): Promise<Workspace> {
  return pick(await client.workspaces.list({ signal }), text, {
    idOf,
    namesOf: ({ name }) => [name],
    list: 'borgo workspace list',
    unknown: () =>
      new BorgoError(
        'WORKSPACE_UNKNOWN',
        `no workspace is called ${text}: \`borgo workspace list\` shows what there is`
      )
  })
}

/** The document that a person means, in the same way. Throws DOCUMENT_UNKNOWN, USAGE. */
export async function findDocument(
  client: Client,
  { id, name }: Workspace,
  text: string,
  signal?: AbortSignal
): Promise<SharedDocument> {
  return pick(await client.workspaces.documents({ params: { workspace: id }, signal }), text, {
    idOf,
    namesOf: ({ title }) => [title],
    list: 'borgo workspace doc list',
    unknown: () =>
      new BorgoError(
        'DOCUMENT_UNKNOWN',
        `no document in ${name} is called ${text}: \`borgo workspace doc list\` shows what there is`
      )
  })
}

/** The thread that a person means, in the same way. Throws THREAD_UNKNOWN, USAGE. */
export async function findThread(
  client: Client,
  workspace: string,
  text: string,
  signal?: AbortSignal
): Promise<Thread> {
  const threads = await client.workspaces.threads({ params: { workspace }, query: { limit: 1_000 }, signal })
  return pick(threads, text, {
    idOf,
    namesOf: ({ title }) => [title],
    list: 'borgo workspace board',
    unknown: () =>
      new BorgoError('THREAD_UNKNOWN', `no thread is called ${text}: \`borgo workspace board\` shows what there is`)
  })
}
