import type { GroupId, PeerId } from '../ids.ts'

/** A record became part of a group's log here. */
export interface Committed {
  group: GroupId
  device: PeerId
  seq: number
}

/** Runs `work` in a transaction and tells of what it put into `done`; when it fails, nothing of it happened. */
export type Commit = <T>(work: (done: Committed[]) => T) => T
