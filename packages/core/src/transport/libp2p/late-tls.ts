import { serviceCapabilities } from '@libp2p/interface'
import type { ConnectionEncrypter } from '@libp2p/interface'
import type { tls } from '@libp2p/tls'

type MakeTls = ReturnType<typeof tls>

/** libp2p's TLS, which comes with 300 modules for certificates: they are loaded when the first connection needs them. */
export function lateTls(): (components: Parameters<MakeTls>[0]) => ConnectionEncrypter {
  return components => {
    let loading: Promise<ReturnType<MakeTls>> | undefined
    const loaded = (): Promise<ReturnType<MakeTls>> =>
      (loading ??= import('@libp2p/tls').then(module => module.tls()(components)))
    return {
      protocol: '/tls/1.0.0',
      [serviceCapabilities]: ['@libp2p/connection-encryption'],
      secureInbound: async (...args) => (await loaded()).secureInbound(...args),
      secureOutbound: async (...args) => (await loaded()).secureOutbound(...args)
    } as ConnectionEncrypter
  }
}
