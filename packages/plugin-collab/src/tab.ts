import { BorgoError, hasCode } from '@borgo/core'
import type { CoreCode } from '@borgo/core'
import * as Y from 'yjs'
import type { LiveDocument } from './live-document.ts'
import type { Presence } from './presence.ts'
import {
  awarenessMessage,
  helloMessage,
  missingMessage,
  readTabMessage,
  savedMessage,
  stateVectorMessage,
  unsavedMessage,
  updateMessage
} from './tab-protocol.ts'

/**
 * Why the node ended a tab's connection. After `reset` the tab begins with an empty document and without its session;
 * `replaced` means that it connected a second time; `bad-message` and `forbidden` come after what the tab sent.
 */
export type TabEnd = 'bad-message' | 'forbidden' | 'replaced' | 'reset' | 'stopped'

/** The way to a tab, e.g. a WebSocket. */
export interface TabLink {
  send(message: Uint8Array): void
  close(reason: TabEnd): void
}

/** An editor beside this node that holds its own Yjs document. */
export interface Tab {
  /** Takes a message of the tab; ends the connection when it is not acceptable. */
  receive(message: Uint8Array): void
  /** The tab went away. */
  close(): void
}

/** Most tabs on one document and node: fewer than the sessions that one update may hold. */
const MAX_TABS = 24

/** The tabs of one document, by session. */
export type OpenTabs = Map<number, (reason: TabEnd) => void>

/**
 * Binds a tab to a document: sync and presence both ways. The tab writes under a session id of this device, which it
 * keeps when it connects again; what it sends is checked as a peer's would be. Throws BUSY.
 */
export function connectTab(
  document: LiveDocument,
  tabs: OpenTabs,
  link: TabLink,
  { onClose, session: wanted }: { session?: number | undefined; onClose: () => void }
): Tab {
  if (wanted !== undefined && !document.isOwnSession(wanted)) {
    onClose()
    link.close('reset')
    return { receive: () => undefined, close: () => undefined }
  }
  if (tabs.size >= MAX_TABS && (wanted === undefined || !tabs.has(wanted)))
    throw new BorgoError<CoreCode>('BUSY', `the document is open in ${MAX_TABS} tabs already: close some`)
  const session = wanted ?? document.newSession().session
  const client = document.clientOf(session)
  tabs.get(session)?.('replaced')
  const origin = {}
  let isOpen = true
  /** Updates that came from the tab; how many of all that was typed here they are; how many it knows to be saved. */
  let received = 0
  let pushed = 0
  let confirmed = 0

  const nameOf = ({ account, device }: Presence): string =>
    (document.group.member(device) ?? document.group.member(account))?.name ?? ''
  const confirm = (): void => {
    if (confirmed === received || document.outbox.saved < pushed) return
    confirmed = received
    link.send(savedMessage(received))
  }
  const close = (): void => {
    if (!isOpen) return
    isOpen = false
    unlisten()
    tabs.delete(session)
    document.roster.leave(session)
    onClose()
  }
  const end = (reason: TabEnd): void => {
    if (!isOpen) return
    close()
    link.close(reason)
  }
  const unlisten = document.listen({
    onUpdate(update, from) {
      if (from !== origin) link.send(updateMessage(update))
    },
    onPresence({ changed, gone }) {
      const [others, left] = [changed, gone].map(list => list.filter(presence => presence.client !== client))
      if (others && left && others.length + left.length > 0) link.send(awarenessMessage(others, left, nameOf))
    },
    onSaved: confirm,
    onUnsaved: code => link.send(unsavedMessage(code)),
    onReset: () => end('reset')
  })
  const take = (bytes: Uint8Array): void => {
    const message = readTabMessage(bytes)
    if (message.type === 'state-vector')
      link.send(missingMessage(Y.encodeStateAsUpdate(document.doc, message.stateVector)))
    else if (message.type === 'cursor') {
      if (message.client !== client) return
      if (message.here) document.roster.set(session, message.cursor)
      else document.roster.leave(session)
    } else {
      document.merge(message.update, origin)
      received += 1
      pushed = document.outbox.pushed
      confirm()
    }
  }

  tabs.set(session, end)
  link.send(helloMessage({ session, client, writable: document.isWritable }))
  link.send(stateVectorMessage(Y.encodeStateVector(document.doc)))
  link.send(awarenessMessage(document.roster.list(), [], nameOf))
  document.roster.set(session, null)
  return {
    receive(bytes) {
      if (!isOpen) return
      try {
        take(bytes)
      } catch (error) {
        end(hasCode(error, 'FORBIDDEN') ? 'forbidden' : 'bad-message')
      }
    },
    close
  }
}
