import { describe, expect, it } from 'vitest'
import { memoryIdentity } from '../../testing/identity.ts'
import { groupId } from '../../testing/member-list.ts'
import { decodeRecovery, encodeRecovery } from './file.ts'

const { device } = memoryIdentity('bob')
const recovery = {
  accountSeed: new Uint8Array(32).fill(7),
  name: 'Ada',
  places: [
    { group: groupId('square'), name: 'Square', peers: new Map([[device, [`/ip4/127.0.0.1/tcp/1/p2p/${device}`]]]) }
  ]
}

describe('a recovery file', () => {
  it('[I-16] holds account, name and groups, for who knows its passphrase', async () => {
    const text = await encodeRecovery(recovery, 'correct horse')
    expect(await decodeRecovery(text, 'correct horse')).toEqual(recovery)
    await expect(decodeRecovery(text, 'wrong')).rejects.toMatchObject({ code: 'BAD_PASSPHRASE' })
    await expect(encodeRecovery(recovery, '')).rejects.toThrow(TypeError)
    const secrets = Buffer.from((JSON.parse(text) as { secrets: string }).secrets, 'base64')
    expect(secrets.includes(Buffer.from(recovery.accountSeed))).toBe(false)
    expect(secrets.includes('Square')).toBe(false)
  })

  it('[I-16] that is damaged, cut or another kind of file is refused', async () => {
    const text = await encodeRecovery(recovery, 'correct horse')
    const bad = [
      '',
      '{}',
      text.slice(0, -20),
      text.replace('borgo-recovery', 'borgo-identity'),
      text.replace('"Ada"', '"Eve"'),
      text.replace(/"secrets": "../, '"secrets": "zz'),
      text.replace(/"protection": \{[^}]*\}/, '"protection": null')
    ]
    for (const one of bad)
      await expect(decodeRecovery(one, 'correct horse')).rejects.toMatchObject({ code: 'BAD_RECOVERY' })
  })
})
