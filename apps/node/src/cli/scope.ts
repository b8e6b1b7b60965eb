import type { Client } from '@borgo/api'
import { findGroup } from './find-group.ts'

/** Option of what is shown to others. */
export const TO = ['--to <scope>', 'link, contacts, all, or a group by name or id', 'contacts'] as const

/** Who is meant to see something. Throws GROUP_UNKNOWN, USAGE when several groups fit. */
export async function findScope(client: Client, to: string, signal?: AbortSignal): Promise<string> {
  return ['link', 'contacts', 'all'].includes(to) ? to : (await findGroup(client, to, signal)).id
}
