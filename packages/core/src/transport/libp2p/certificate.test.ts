import type { X509Certificate } from 'node:crypto'
import { expect, it } from 'vitest'
import { anExtension, bodyOf, EXTENSIONS, forgery, ISSUER, withExtensions } from '../../../test/forged-certificate.ts'
import { FRAMES } from '../../testing/frames.ts'
import { seededRandom } from '../../testing/random.ts'
import { provenKey } from './certificate.ts'
import { der, SEQUENCE } from './der.ts'

const SEED = Number(process.env.BORGO_SEED ?? 20261129)

it('[T-77] takes a certificate with other extensions that matter to nobody', async () => {
  const { nodeKey, parts, extensions, signed } = await forgery()
  for (const body of [
    bodyOf(parts),
    withExtensions(parts, ...extensions, anExtension(false)),
    withExtensions(parts, anExtension(false), ...extensions)
  ])
    expect((await provenKey(signed(body))).equals(nodeKey.publicKey)).toBe(true)
})

it('[T-77] refuses certificates that prove no node', async () => {
  const [own, other] = [await forgery(), await forgery()]
  const { parts, extensions, signed } = own
  const refused: [why: string, certificate: X509Certificate][] = [
    ['signed by another key', other.signed(bodyOf(parts))],
    ["another node's extension", signed(withExtensions(parts, ...other.extensions))],
    ['no extensions', signed(bodyOf(parts.slice(0, EXTENSIONS)))],
    ['no extension with a key', signed(withExtensions(parts, anExtension(false)))],
    ['two of them', signed(withExtensions(parts, ...extensions, ...extensions))],
    ['a critical extension that is unknown', signed(withExtensions(parts, ...extensions, anExtension(true)))],
    ['another issuer', signed(bodyOf(parts.with(ISSUER, der(SEQUENCE))))]
  ]
  for (const [why, certificate] of refused)
    await expect(provenKey(certificate), why).rejects.toMatchObject({ code: 'BAD_MESSAGE' })
})

it('[T-77] takes no harm from any bytes, signed by who sends them', async () => {
  const { nodeKey, parts, signed } = await forgery()
  const random = seededRandom(SEED)
  const below = (limit: number): number => Math.floor(random() * limit)
  const body = bodyOf(parts)
  let refused = 0
  for (let run = 0; run < FRAMES; run++) {
    const mutated = Buffer.from(body)
    for (let changes = 1 + below(3); changes > 0; changes--) mutated[below(mutated.length)] = below(256)
    let certificate: X509Certificate
    try {
      certificate = signed(random() < 0.1 ? mutated.subarray(0, below(mutated.length)) : mutated)
    } catch {
      // OpenSSL ends the handshake.
      continue
    }
    const proven = await provenKey(certificate).catch((error: unknown) => {
      expect(error, `seed ${SEED}, run ${run}`).toMatchObject({ code: 'BAD_MESSAGE' })
      refused++
    })
    // What was changed says nothing: a serial number, a date.
    if (proven) expect(proven.equals(nodeKey.publicKey), `seed ${SEED}, run ${run}`).toBe(true)
  }
  expect(refused).toBeGreaterThan(FRAMES / 10)
})
