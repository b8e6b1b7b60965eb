import { readBytes, readMap, readName } from '../../canonical.ts'
import { hashId, hashOf } from '../../ids.ts'
import type { GroupId } from '../../ids.ts'
import { encodeWhereabouts, readWhereabouts } from '../../peers/whereabouts.ts'
import type { Whereabouts } from '../../peers/whereabouts.ts'

/** A group of a person, and whom their devices can ask to be let into it. Says nothing that lets anybody else in. */
export interface Place {
  group: GroupId
  name: string
  peers: Whereabouts
}

/** The form in records, files and messages; as many of the peers as fit a link. */
export function encodePlace({ group, name, peers }: Place): object {
  return { group: hashOf(group), name, peers: encodeWhereabouts(peers) }
}

/** Reads what `encodePlace` made; throws BAD_MESSAGE. */
export function readPlace(value: unknown): Place {
  const { group, name, peers } = readMap(value, 'group', 'name', 'peers')
  return { group: hashId<GroupId>(readBytes(group, 32)), name: readName(name), peers: readWhereabouts(peers) }
}
