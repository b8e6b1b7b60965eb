import type { Group, PeerId, PluginContext } from '@borgo/core'
import type { ContentId } from '../content-id.ts'
import { Link } from './link.ts'
import { ASKING } from './protocol.ts'
import type { Holding } from './protocol.ts'

/** Members that are asked, and how many of them may have to be dialled. */
const MAX_ASKED = 64
const MAX_DIALLED = 16
/** A member that does not answer within this time is left out, ms. */
const ANSWER_MS = 5_000

/** What members of a group say they have of a content: the connected ones, nearest first, and some others. */
export async function askHolders(
  core: Pick<PluginContext, 'open' | 'peers' | 'clock' | 'log' | 'self' | 'signal'>,
  group: Group,
  cid: ContentId,
  signal?: AbortSignal
): Promise<{ device: PeerId; holding: Exclude<Holding, 'none'> }[]> {
  const devices = group.members().flatMap(member => member.devices)
  const reachable = core.peers.reachable(devices.filter(device => device !== core.self.device))
  const connected = reachable.filter(device => core.peers.get(device))
  const others = reachable.slice(0, Math.min(MAX_ASKED, connected.length + MAX_DIALLED))
  const late = new AbortController()
  const cancel = core.clock.after(ANSWER_MS, () => late.abort(new DOMException('no answer in time', 'TimeoutError')))
  const ended = AbortSignal.any([late.signal, core.signal, ...(signal ? [signal] : [])])
  const ask = async (device: PeerId): Promise<Holding> => {
    try {
      const { link, holding } = await Link.open(core, ASKING, device, group, cid, ended)
      link.close()
      link
        .run(() => undefined)
        .catch((error: unknown) => core.log.debug('a link broke', { device, error: String(error) }))
      return holding
    } catch (error) {
      core.log.debug('a member did not say what it has', { device, error: String(error) })
      return 'none'
    }
  }
  try {
    const answers = await Promise.all(others.map(async device => ({ device, holding: await ask(device) })))
    signal?.throwIfAborted()
    return answers.flatMap(({ device, holding }) => (holding === 'none' ? [] : [{ device, holding }]))
  } finally {
    cancel()
  }
}
