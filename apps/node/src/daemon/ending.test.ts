import { EventEmitter } from 'node:events'
import { manualClock, type ManualClock } from '@borgo/core/testing'
import { beforeEach, expect, it } from 'vitest'
import { SAME_SIGNAL_MS, STOP_MS, stopWhenTold } from './ending.ts'

let clock: ManualClock
let exits: number[]
let own: EventEmitter & { exit(code: number): void }

beforeEach(() => {
  clock = manualClock()
  exits = []
  own = Object.assign(new EventEmitter(), { exit: (code: number) => void exits.push(code) })
})

const never = (): Promise<void> => new Promise(() => undefined)

it.each(['SIGTERM', 'SIGINT', 'disconnect'])(
  '[N-5] runs until %s, and then as long as the stop takes',
  async signal => {
    const stopping = Promise.withResolvers<void>()
    let isStopped = false
    const ended = stopWhenTold(
      async () => {
        await stopping.promise
        isStopped = true
      },
      { process: own, clock }
    )
    await clock.advance(60_000)
    own.emit(signal)
    await clock.advance(STOP_MS - 1)
    stopping.resolve()
    await ended
    expect(isStopped).toBe(true)
    await clock.advance(STOP_MS)
    expect(exits).toEqual([])
  }
)

it('[N-5] ends a stop that takes longer than 10 s', async () => {
  void stopWhenTold(never, { process: own, clock })
  own.emit('SIGTERM')
  await clock.advance(STOP_MS - 1)
  expect(exits).toEqual([])
  await clock.advance(1)
  expect(exits).toEqual([1])
})

it('[N-5] ends at once at the second signal, and takes one that came twice for one', async () => {
  void stopWhenTold(never, { process: own, clock })
  own.emit('SIGINT')
  await clock.advance(SAME_SIGNAL_MS)
  own.emit('SIGTERM')
  expect(exits).toEqual([])
  await clock.advance(1)
  own.emit('SIGINT')
  expect(exits).toEqual([1])
})
