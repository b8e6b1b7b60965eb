import { expect, it } from 'vitest'
import { listeners } from './listeners.ts'

it('[B-8] a listener that throws harms nobody else, and one that is registered twice is undone once', () => {
  const failures: unknown[] = []
  const told: string[] = []
  const { on, tell } = listeners<[what: string, count: number]>(error => failures.push(error))
  const note = (what: string, count: number): void => void told.push(`${count} ${what}`)
  on(() => {
    throw new RangeError('no')
  })
  const undo = on(note)
  const undoOther = on(note)
  tell('loaves', 2)
  expect(told).toEqual(['2 loaves', '2 loaves'])
  undo()
  undo()
  tell('rolls', 3)
  undoOther()
  tell('cakes', 4)
  expect(told.slice(2)).toEqual(['3 rolls'])
  expect(failures).toEqual([1, 2, 3].map(() => new RangeError('no')))
  const bare = listeners()
  bare.on(() => {
    throw new RangeError('no')
  })
  expect(() => bare.tell()).toThrow('no')
})
