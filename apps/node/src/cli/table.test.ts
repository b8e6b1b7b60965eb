import { expect, it } from 'vitest'
import { table } from './table.ts'

it('[N-56] a row of a table is one line, whatever others wrote into it', () => {
  const [heading, row, ...more] = table(['what', 'by'], [['Rules\n2026 Anna', 'Mallory\t!']]).split('\n')
  expect([heading, row]).toEqual(['WHAT             BY', 'Rules 2026 Anna  Mallory !'])
  expect(more).toEqual([])
})
