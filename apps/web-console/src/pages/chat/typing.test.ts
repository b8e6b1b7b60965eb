import { expect, it } from 'vitest'
import { typingNotice } from './typing.ts'

it('[U-15] tells that somebody is writing at once, every few seconds, and when they stop', () => {
  let now = 0
  const told: string[] = []
  const typing = typingNotice(
    on => told.push(`${now} ${on}`),
    () => now
  )
  typing.stop()
  for (now = 0; now <= 9000; now += 500) typing.go()
  typing.stop()
  typing.stop()
  now = 10_000
  typing.go()
  expect(told).toEqual(['0 true', '4000 true', '8000 true', '9500 false', '10000 true'])
})
