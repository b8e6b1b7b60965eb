import { randomBytes } from 'node:crypto'
import type { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:tls'
import { setImmediate } from 'node:timers/promises'
import type { SecureContextOptions } from 'node:tls'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { ConnectionEncrypter, MultiaddrConnection, PrivateKey, StreamMuxerFactory } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { tls as ordinaryTls } from '@libp2p/tls'
import { multiaddrConnectionPair } from '@libp2p/utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { bodyOf, EXTENSIONS, forgery } from '../../../test/forged-certificate.ts'
import { seededRandom } from '../../testing/random.ts'
import { until } from '../../testing/turns.ts'
import { createCertificate, provenKey } from './certificate.ts'
import { wireOf } from './encrypted-connection.ts'
import { tls } from './tls.ts'

const SEED = Number(process.env.BORGO_SEED ?? 20261129)
const MUXER = '/muxer/1'
const YEAR_MS = 365 * 86_400_000

interface End {
  key: PrivateKey
  encrypter: ConnectionEncrypter
}

const muxer = { protocol: MUXER } as StreamMuxerFactory
async function end(make: typeof tls | typeof ordinaryTls, muxers = [MUXER]): Promise<End> {
  const key = await generateKeyPair('Ed25519')
  const [{ log }] = multiaddrConnectionPair()
  const upgrader = { getStreamMuxers: () => new Map(muxers.map(name => [name, muxer])) }
  const components = { privateKey: key, upgrader, logger: { forComponent: () => log } }
  return { key, encrypter: make()(components as never) }
}
const peerOf = ({ key }: End): string => peerIdFromPrivateKey(key).toString()
const told = (connection: MultiaddrConnection): Promise<Buffer> =>
  new Promise(resolve =>
    connection.addEventListener('message', ({ data }) => resolve(Buffer.from(data.subarray())), { once: true })
  )

async function meet(client: End, server: End) {
  const [outbound, inbound] = multiaddrConnectionPair()
  return await Promise.all([client.encrypter.secureOutbound(outbound), server.encrypter.secureInbound(inbound)])
}

afterEach(() => {
  vi.useRealTimers()
})

describe('TLS', () => {
  it.each([
    ['dials an ordinary one', tls, ordinaryTls],
    ['answers an ordinary one', ordinaryTls, tls],
    ['meets its like', tls, tls]
  ])('[T-76] %s: both learn who the other is and agree on a multiplexer', async (_, ofClient, ofServer) => {
    const [client, server] = [await end(ofClient), await end(ofServer)]
    const [here, there] = await meet(client, server)
    expect([here.remotePeer, there.remotePeer].map(String)).toEqual([peerOf(server), peerOf(client)])
    expect([here.streamMuxer, there.streamMuxer]).toEqual([muxer, muxer])
    for (const [from, to] of [
      [here, there],
      [there, here]
    ] as const) {
      const word = told(to.connection as MultiaddrConnection)
      from.connection.send(Buffer.from('word'))
      expect((await word).toString()).toBe('word')
    }
    const over = once(there.connection, 'close')
    await here.connection.close()
    await over
  })

  it('[T-76] agrees on no multiplexer with one that has none in common', async () => {
    for (const ofServer of [tls, ordinaryTls]) {
      const [here, there] = await meet(await end(tls), await end(ofServer, []))
      expect([here.streamMuxer, there.streamMuxer]).toEqual([undefined, undefined])
    }
  })

  it('[T-76] shows one certificate to all, and another after a restart', async () => {
    const node = await end(tls)
    const [first, second] = [await shownBy(node), await shownBy(node)]
    expect(first.serialNumber).toBe(second.serialNumber)
    const restarted: End = { ...(await end(tls)) }
    expect((await shownBy(restarted)).serialNumber).not.toBe(first.serialNumber)
  })

  it('[T-75] looks at no dates, and shows a certificate that others take at any time', async () => {
    const [ours, theirs] = [await end(tls), await end(ordinaryTls)]
    for (const [client, server] of [
      [ours, theirs],
      [theirs, ours]
    ] as const) {
      for (const ms of [1, Date.now() - 40 * YEAR_MS, Date.now() + 30 * 3_600_000, Date.UTC(9000, 0)]) {
        vi.useFakeTimers({ toFake: ['Date'], now: ms })
        // Theirs is made now; ours, seen by theirs, was made at another time.
        const [here, there] = await meet(client, server)
        expect([here.remotePeer, there.remotePeer].map(String)).toEqual([peerOf(server), peerOf(client)])
        vi.useRealTimers()
      }
    }
    const certificate = await shownBy(ours)
    expect(certificate.validFromDate).toEqual(new Date(0))
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 200 * YEAR_MS })
    const future = await shownBy(theirs)
    vi.useRealTimers()
    expect(future.validFromDate.getTime()).toBeGreaterThan(Date.now() + 199 * YEAR_MS)
    expect((await provenKey(future)).equals(theirs.key.publicKey)).toBe(true)
  })
})

describe('TLS with whoever is not honest', () => {
  it.each<[string, SecureContextOptions | undefined, string | RegExp]>([
    ['no certificate', {}, 'no TLS certificate'],
    ['the certificate of a web server', undefined, 'a TLS certificate that proves no node'],
    ['an older version', { maxVersion: 'TLSv1.2' }, /protocol|version/]
  ])('[T-79] refuses who shows %s', async (_, options, message) => {
    const node = await end(tls)
    const [outbound, inbound] = multiaddrConnectionPair()
    const { parts, secret, signed } = await forgery()
    const web = {
      cert: signed(bodyOf(parts.slice(0, EXTENSIONS))).toString(),
      key: secret.export({ type: 'pkcs8', format: 'pem' })
    }
    const socket = connect({ socket: wireOf(outbound), rejectUnauthorized: false, ...(options ?? web) })
    socket.on('error', () => undefined)
    const over = new Promise(resolve => socket.once('close', resolve))
    await expect(node.encrypter.secureInbound(inbound)).rejects.toThrow(message)
    expect(inbound.status).toBe('aborted')
    await over
  })

  it('[T-79] refuses who is somebody else than was dialled or expected', async () => {
    const [a, b, c] = [await end(tls), await end(tls), await end(tls)]
    const remotePeer = peerIdFromPrivateKey(c.key)
    const [outbound, inbound] = multiaddrConnectionPair()
    const answering = b.encrypter.secureInbound(inbound).catch(() => undefined)
    await expect(a.encrypter.secureOutbound(outbound, { remotePeer })).rejects.toMatchObject({
      name: 'UnexpectedPeerError'
    })
    await answering
    expect(outbound.status).toBe('aborted')
    const [outwards, inwards] = multiaddrConnectionPair()
    const dialling = a.encrypter.secureOutbound(outwards).catch(() => undefined)
    await expect(b.encrypter.secureInbound(inwards, { remotePeer })).rejects.toMatchObject({
      name: 'UnexpectedPeerError'
    })
    await dialling
    expect(inwards.status).toBe('aborted')
  })

  it('[T-78] gives a handshake up when it is told to, or when the connection ends, and leaves nothing behind', async () => {
    for (const secure of ['secureInbound', 'secureOutbound'] as const) {
      const { encrypter } = await end(tls)
      const controller = new AbortController()
      const [silent, open] = multiaddrConnectionPair()
      const waiting = encrypter[secure](open, { signal: controller.signal })
      if (secure === 'secureOutbound') await told(silent)
      controller.abort(new Error('no more time'))
      await expect(waiting).rejects.toThrow('no more time')
      expect([open.status, silent.status]).toEqual(['aborted', 'reset'])
      await expect(encrypter[secure](multiaddrConnectionPair()[0], { signal: controller.signal })).rejects.toThrow(
        'no more time'
      )

      for (const leave of [
        (c: MultiaddrConnection) => c.abort(new Error('gone')),
        (c: MultiaddrConnection) => c.close()
      ]) {
        const [theirs, ours] = multiaddrConnectionPair()
        const broken = expect(encrypter[secure](ours)).rejects.toThrow()
        await Promise.resolve(leave(theirs))
        await broken
      }
      const [ended, own] = multiaddrConnectionPair()
      ended.abort(new Error('gone'))
      await until(() => own.status !== 'open')
      await expect(encrypter[secure](own)).rejects.toMatchObject({ code: 'STREAM_RESET' })
    }
  })

  it('[T-78] keeps no connection with who leaves at any moment after the handshake', async () => {
    const { encrypter } = await end(tls)
    const { nodeKey } = await forgery()
    const pair = await createCertificate(nodeKey)
    // Verifying takes the other end some turns.
    for (let moment = 0; moment < 40; moment++) {
      const [outbound, inbound] = multiaddrConnectionPair()
      const securing = encrypter.secureInbound(inbound).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'STREAM_RESET' })
      })
      const socket = connect({ socket: wireOf(outbound), rejectUnauthorized: false, ...pair })
      socket.on('error', () => undefined)
      await once(socket, 'secureConnect')
      for (let turn = 0; turn < moment; turn++) await (moment % 2 === 0 ? setImmediate() : Promise.resolve())
      outbound.abort(new Error('gone'))
      const secured = await securing
      await until(() => secured?.connection.status !== 'open')
    }
  })

  it('[T-78] ends a connection on which something else than TLS comes, before and after the handshake', async () => {
    const random = seededRandom(SEED)
    for (const secure of ['secureInbound', 'secureOutbound'] as const) {
      const { encrypter } = await end(tls)
      const [theirs, ours] = multiaddrConnectionPair()
      const refused = expect(encrypter[secure](ours)).rejects.toThrow()
      theirs.send(Uint8Array.from({ length: 500 }, () => random() * 256))
      await refused
      expect(ours.status).toBe('aborted')
    }
    const [client, server] = [await end(tls), await end(tls)]
    const [outbound, inbound] = multiaddrConnectionPair()
    const [, there] = await Promise.all([
      client.encrypter.secureOutbound(outbound),
      server.encrypter.secureInbound(inbound)
    ])
    const over = once(there.connection, 'close')
    outbound.send(randomBytes(500))
    await over
    // Both ends see it, and the first one resets the other.
    expect(['aborted', 'reset']).toContain(there.connection.status)
  })
})

/** The certificate that a node shows to who dials it. */
async function shownBy(node: End): Promise<X509Certificate> {
  const [outbound, inbound] = multiaddrConnectionPair()
  const socket = connect({ socket: wireOf(outbound), rejectUnauthorized: false })
  socket.on('error', () => undefined)
  const secured = once(socket, 'secureConnect')
  const refused = node.encrypter.secureInbound(inbound).catch(() => undefined)
  await secured
  const certificate = socket.getPeerX509Certificate()
  await refused
  return certificate!
}
