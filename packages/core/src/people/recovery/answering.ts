import { randomBytes } from 'node:crypto'
import { equals } from 'multiformats/bytes'
import { coreError } from '../../errors.ts'
import type { Membership } from '../../groups/membership.ts'
import { roleIn } from '../../groups/state.ts'
import { whomToAsk } from '../../groups/whom-to-ask.ts'
import type { WhomToAskDeps } from '../../groups/whom-to-ask.ts'
import type { Logger } from '../../logger.ts'
import type { Streams } from '../../transport/streams.ts'
import { NONCE_BYTES, RETURN, decodeRequest, encodeChallenge, encodePlaces } from './protocol.ts'

/** Tells a device, by its account's word, which groups that person shares with this one. Returns its end. */
export function answerReturns(
  deps: WhomToAskDeps & { membership: Membership; streams: Pick<Streams, 'handle'>; logger: Logger }
): () => void {
  const { identity, logger, membership, streams } = deps
  return streams.handle(RETURN, async stream => {
    const nonce = Uint8Array.from(randomBytes(NONCE_BYTES))
    await stream.send(encodeChallenge(nonce))
    const bytes = await stream.receive()
    if (!bytes) return
    const request = decodeRequest(bytes)
    const { account, device } = request.certificate
    if (request.listener !== identity.device || device !== stream.peer || !equals(request.nonce, nonce))
      throw coreError('BAD_MESSAGE', 'a request that was made for somebody or something else')
    const shared = membership.groups().filter(group => {
      const state = membership.state(group)
      if (!state?.members.has(account) || roleIn(state, identity.device) === 'relay') return false
      // Where that person locked a device out, the account's word alone opens nothing.
      return !state.guarded.has(account) || state.accounts.has(device)
    })
    logger.info('a further device of a member asks for its groups', { account, device, groups: shared.length })
    const places = shared.map(group => {
      const name = membership.state(group)?.name ?? ''
      return { group, name, peers: whomToAsk(group, deps) }
    })
    for (const message of encodePlaces(places)) await stream.send(message)
  })
}
