import { Type } from 'typebox'
import { expect, it } from 'vitest'
import { validator } from './validation.ts'

it('[N-232] too much data is answered with how much fits, in KiB; too long a text with its characters', () => {
  const data = Type.String({ contentEncoding: 'base64', maxLength: 21_848 })
  const check = validator(Type.Object({ data: Type.Optional(data), text: Type.String({ maxLength: 8 }) }), 'body')
  expect(check({ data: 'A'.repeat(21_852), text: 'a'.repeat(9) })).toEqual({
    failures: [
      { instancePath: '/data', message: 'must not be more than 16 KiB' },
      { instancePath: '/text', message: 'must not have more than 8 characters' }
    ]
  })
  expect(check({ data: 'A'.repeat(21_848), text: 'a' })).toEqual({ value: expect.anything() as unknown })
})
