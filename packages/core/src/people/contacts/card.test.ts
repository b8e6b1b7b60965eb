import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeCanonical } from '../../canonical.ts'
import { hasCode } from '../../errors.ts'
import { signValue } from '../../identity/signed.ts'
import { memoryIdentity } from '../../testing/identity.ts'
import { cardLink, issueCard, readCard, readCardLink } from './card.ts'

const ada = memoryIdentity('ada', 'Ada')
const phone = memoryIdentity('phone')
const tcp = `/ip4/192.0.2.7/tcp/4001/p2p/${ada.device}`
const card = issueCard(ada, [
  [ada.device, [tcp]],
  [phone.device, [`/ip4/192.0.2.8/tcp/4001/p2p/${phone.device}`]]
])

const isRefused = (read: () => unknown): boolean => {
  try {
    read()
    return false
  } catch (error) {
    if (hasCode(error, 'BAD_CARD')) return true
    throw error
  }
}

describe('a contact card', () => {
  it('[K-1] says who a person is and where their devices are', () => {
    const read = readCardLink(` ${cardLink(card)}\n`)
    expect(read).toMatchObject({ account: ada.account, device: ada.device, name: 'Ada' })
    expect([...read.devices]).toEqual([
      [ada.device, [tcp]],
      [phone.device, [expect.stringContaining(phone.device)]]
    ])
  })

  it('[K-1] fits a QR code with as many addresses as a card takes', () => {
    const addresses = Array.from({ length: 9 }, (_, at) => `/ip6/2001:db8:aaaa:bbbb:cccc:dddd:eeee:${at}/tcp/40001/ws`)
    const many = [ada, phone, memoryIdentity('c'), memoryIdentity('d'), memoryIdentity('e')]
    const full = issueCard(
      ada,
      many.map(({ device }) => [device, addresses])
    )
    expect(readCard(full).devices.size).toBe(4)
    // The most that a QR code holds at the lowest correction, ISO/IEC 18004.
    expect(cardLink(full).length).toBeLessThanOrEqual(2_953)
  })

  it('[E-43] names no way but multiaddrs', () => {
    const odd = issueCard(ada, [[ada.device, ['/x', tcp]]])
    expect([...readCard(odd).devices]).toEqual([[ada.device, [tcp]]])
  })

  it('[K-1] is refused with any bit changed', () => {
    fc.assert(
      fc.property(fc.nat(card.length * 8 - 1), bit => {
        const bytes = Uint8Array.from(card)
        bytes[bit >> 3]! ^= 1 << (bit & 7)
        return isRefused(() => readCard(bytes))
      })
    )
  })

  it('[K-1] is refused when another device signed it, and as garbage', () => {
    const value = { v: 1, certificate: ada.certificate.bytes, name: 'Ada', devices: [] }
    expect(isRefused(() => readCard(signValue('borgo/card/1', value, phone.deviceKey)))).toBe(true)
    expect(isRefused(() => readCard(signValue('borgo/other/1', value, ada.deviceKey)))).toBe(true)
    expect(isRefused(() => readCard(encodeCanonical({ v: 1 })))).toBe(true)
    for (const text of ['', 'borgo:contact/', 'borgo:contact/!!!', `borgo:join/${cardLink(card).slice(14)}`])
      expect(isRefused(() => readCardLink(text))).toBe(true)
    expect(isRefused(() => readCardLink(`borgo:contact/${'A'.repeat(5_000)}`))).toBe(true)
  })
})
