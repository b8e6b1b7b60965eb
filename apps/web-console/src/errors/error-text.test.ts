import { api, commonProblems } from '@borgo/api'
import { expect, it } from 'vitest'
import { text } from './text/en.ts'

it('[U-8] has what went wrong and what helps for every code of the API', () => {
  const codes = [commonProblems, ...Object.values(api).map(area => area.problems)].flatMap(problems =>
    Object.keys(problems)
  )
  expect(codes.filter(code => !(code in text))).toEqual([])
  for (const [code, { what, help }] of Object.entries(text)) {
    expect(what, code).not.toBe('')
    if (code !== 'OTHER') expect(help, code).not.toBe('')
  }
})
