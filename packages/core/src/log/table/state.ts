/** What is to be done with a stored record. The numbers are on disk. */
export type State =
  typeof SHOWN | typeof HIDDEN | typeof LOCKED | typeof DAMAGED | typeof WANTED | typeof LEFT | typeof REPLACED

export const SHOWN = 0
export const HIDDEN = 1
/** The key of its epoch is not here yet. */
export const LOCKED = 2
/** On disk: it comes again from a member. */
export const DAMAGED = 3
/** Its body is not here, and asked for. */
export const WANTED = 4
/** Its body is not here, and not asked for. */
export const LEFT = 5
/** A later one of its chain takes its place; its body goes after a while. */
export const REPLACED = 6
