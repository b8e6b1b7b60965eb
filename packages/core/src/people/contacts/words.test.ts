import { expect, it } from 'vitest'
import { memoryIdentity } from '../../testing/identity.ts'
import { contactWords } from './words.ts'

const [ada, ben, mallory] = ['ada', 'ben', 'mallory'].map(name => memoryIdentity(name).account)

it('[K-7] both see the same twelve words, and others with somebody in between', () => {
  const words = contactWords(ada!, ben!)
  expect(contactWords(ben!, ada!)).toEqual(words)
  expect(words).toHaveLength(12)
  expect(contactWords(ada!, mallory!)).not.toEqual(words)
  expect(contactWords(mallory!, ben!)).not.toEqual(words)
  // Any other form would have people compare other words after an update.
  expect(words.slice(0, 3)).toMatchInlineSnapshot(`
    [
      "elder",
      "alien",
      "chaos",
    ]
  `)
})
