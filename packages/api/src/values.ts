import { Type } from 'typebox'

/** ms since 1970 */
export const Timestamp = Type.Integer({ minimum: 0, description: 'ms since 1970' })

export const DeviceId = Type.String({ pattern: '^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$', description: 'A device' })
export const AccountId = Type.String({ pattern: '^z6Mk[1-9A-HJ-NP-Za-km-z]{44}$', description: 'A person' })
export const GroupId = Type.String({ pattern: '^b[a-z2-7]{52}$', description: 'A group' })
export const RecordId = Type.String({ pattern: '^b[a-z2-7]{52}$', description: 'A record of a group' })

/** What a person is called, or a group. */
export const Name = Type.String({ minLength: 1, maxLength: 64 })
/** Least to most. */
export const Role = Type.Union([
  Type.Literal('relay'),
  Type.Literal('reader'),
  Type.Literal('writer'),
  Type.Literal('admin'),
  Type.Literal('owner')
])
export const ROLES = Role.anyOf.map(({ const: role }) => role)

/** Up to 16 KiB. */
export const Data = Type.String({
  contentEncoding: 'base64',
  pattern: '^[A-Za-z0-9+/]*={0,2}$',
  maxLength: 21_848,
  description: 'At most 16,384 bytes, base64'
})
export const Label = Type.String({
  pattern: '^[\\x21-\\x7e]{1,64}$',
  description: '1 to 64 characters of visible ASCII'
})

export const ByAccount = Type.Object({ account: AccountId })
