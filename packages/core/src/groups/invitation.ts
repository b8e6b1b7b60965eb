import { decodeCanonical, encodeCanonical, readBytes, readChoice, readMap, readName, readingAs } from '../canonical.ts'
import { coreError } from '../errors.ts'
import { hashId, hashOf } from '../ids.ts'
import type { GroupId } from '../ids.ts'
import { encodeWhereabouts, readWhereabouts } from '../peers/whereabouts.ts'
import type { Whereabouts } from '../peers/whereabouts.ts'

const PREFIX = 'borgo:join/'
/** Longest link, in characters. */
export const LINK_LENGTH = 4096
export const SECRET_BYTES = 32

/** What an invitation link says. Its secret lets whoever knows it in: never log it, never send it on. */
export interface LinkContent {
  group: GroupId
  /** The group's name, for the invited person to read. */
  name: string
  /** Members to ask, with multiaddrs that end in `/p2p/<peer>`. */
  peers: Whereabouts
  /** Seed of the Ed25519 key whose public half stands in the group's invitation. */
  secret: Uint8Array
}

/** Writes a link; takes as many of the peers and addresses as fit. */
export function encodeLink({ group, name, peers, secret }: LinkContent): string {
  const bytes = encodeCanonical({ v: 1, group: hashOf(group), name, peers: encodeWhereabouts(peers), secret })
  return PREFIX + Buffer.from(bytes).toString('base64url')
}

/** Reads a link that somebody pasted; throws BAD_INVITATION. */
export function readLink(text: string): LinkContent {
  const link = text.trim()
  if (!link.startsWith(PREFIX) || link.length > LINK_LENGTH)
    throw coreError('BAD_INVITATION', `not an invitation link: it begins with ${PREFIX} and is copied as a whole`)
  return readingAs('BAD_INVITATION', 'a whole invitation link: copy it again', () => {
    const code = link.slice(PREFIX.length)
    const bytes = Buffer.from(code, 'base64url')
    if (bytes.toString('base64url') !== code) throw coreError('BAD_INVITATION', 'not base64url')
    const fields = readMap(decodeCanonical(bytes), 'v', 'group', 'name', 'peers', 'secret')
    readChoice(fields.v, 1)
    return {
      group: hashId<GroupId>(readBytes(fields.group, 32)),
      name: readName(fields.name),
      peers: readWhereabouts(fields.peers),
      secret: readBytes(fields.secret, SECRET_BYTES)
    }
  })
}
