import type { ConnectionEncrypter, MessageStream, SecureConnectionOptions, SecuredConnection } from '@libp2p/interface'

/** An option of a dial: runs when somebody else answers than was dialled. */
export interface TellsOfOthers {
  onSomebodyElse?(): void
}

/** The same encryption, which says who was not found: libp2p makes one error of all that goes wrong in there. */
export function tellingOfOthers<Components>(
  create: (components: Components) => ConnectionEncrypter
): (components: Components) => ConnectionEncrypter {
  return components => {
    const encrypter = create(components)
    const secure = encrypter.secureOutbound.bind(encrypter)
    const secureOutbound = async (
      connection: MessageStream,
      options?: SecureConnectionOptions & TellsOfOthers
    ): Promise<SecuredConnection> => {
      try {
        return await secure(connection, options)
      } catch (error) {
        if (error instanceof Error && error.name === 'UnexpectedPeerError') options?.onSomebodyElse?.()
        throw error
      }
    }
    return Object.assign(encrypter, { secureOutbound })
  }
}
