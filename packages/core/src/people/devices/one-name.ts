import type { Membership } from '../../groups/membership.ts'
import type { Identity } from '../../identity/identity.ts'
import type { Logger } from '../../logger.ts'
import type { Home } from '../home.ts'

/** Has this device call its person what another of their devices did last. Returns its end. */
export function oneName(deps: {
  identity: Pick<Identity, 'account' | 'name' | 'rename'>
  membership: Pick<Membership, 'state'>
  home: Pick<Home, 'group' | 'onChange'>
  introduce(): void
  logger: Logger
}): () => void {
  const { home, identity, introduce, logger, membership } = deps
  const look = (): void => {
    const state = home.group === undefined ? undefined : membership.state(home.group)
    const name = state?.members.get(identity.account)?.name
    if (name === undefined || name === identity.name) return
    identity.rename(name).then(introduce, (error: unknown) => {
      // A full disk; the next change or start looks again.
      logger.error('the new name of this person is not stored', { error: String(error) })
    })
  }
  look()
  return home.onChange(look)
}
