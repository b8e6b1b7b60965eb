import type { AccountId, Entry, Group, GroupId, PluginContext } from '@borgo/core'
import type { Ledger } from './ledger.ts'
import { message } from './records.ts'
import type { Text } from './records.ts'

/** Messages that are read in one go. */
const PAGE = 1_000

/**
 * When two people begin a conversation at once, one of the two groups remains: what this device wrote into the other is
 * sent again, so that nothing is lost.
 */
export function startResending(context: PluginContext, ledger: Ledger): void {
  const { groups, log, people, self, signal } = context
  const resending = new Set<GroupId>()

  const resend = async (from: Group, into: Group): Promise<void> => {
    if (ledger.isResent(from.id) || resending.has(from.id)) return
    resending.add(from.id)
    try {
      for (const { data, device } of written(from))
        if (device === self.device) await into.append(message, { text: data.text, reply: null })
      ledger.setResent(from.id)
    } catch (error) {
      if (!signal.aborted) log.warn('messages wait to be sent again', { group: from.id, error: String(error) })
    } finally {
      resending.delete(from.id)
    }
  }
  const look = (account: AccountId, into: GroupId): void => {
    const group = groups.get(into)
    if (!group) return
    for (const lost of people.replaced(account).flatMap(id => groups.get(id) ?? [])) void resend(lost, group)
  }

  people.onChange(event => {
    if (event.type === 'direct') look(event.account, event.group)
  })
  for (const { id, kind } of groups.list()) {
    const account = kind === 'direct' ? people.partner(id) : undefined
    if (account) look(account, id)
  }
}

/** The messages of a group, oldest first. */
function written(group: Group): Entry<Text>[] {
  const pages: Entry<Text>[][] = []
  let page = group.page([message], { limit: PAGE })
  for (;;) {
    pages.unshift(page.entries)
    if (!page.before) return pages.flat()
    page = group.page([message], { limit: PAGE, before: page.before })
  }
}
