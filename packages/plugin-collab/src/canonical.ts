import * as Y from 'yjs'

/**
 * The state of a document in one form only: replicas that accepted the same updates, in whatever order, get the same
 * bytes. Yjs splits and merges its pieces as edits arrive; applied to an empty document in one transaction they are
 * all merged as far as they can be, and encoding sorts them by client.
 */
export function canonicalState(document: Y.Doc): Uint8Array {
  const fresh = new Y.Doc()
  Y.applyUpdate(fresh, Y.encodeStateAsUpdate(document))
  const state = Y.encodeStateAsUpdate(fresh)
  fresh.destroy()
  return state
}
