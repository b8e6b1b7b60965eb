import { expect, it } from 'vitest'
import { createEventBus, REPLAY_EVENTS, type BusEvent } from './bus.ts'

const DEVICE = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN'
const GROUP = `b${'a'.repeat(52)}`

function collect() {
  const events: BusEvent[] = []
  return { events, listener: (event: BusEvent): void => void events.push(event) }
}

it('[N-30] delivers the topics asked for and no others, until undone', () => {
  const bus = createEventBus('run')
  const { events, listener } = collect()
  const undo = bus.subscribe(['groups'], listener)
  expect(bus.isHeard('groups')).toBe(true)
  expect(bus.isHeard('peers')).toBe(false)
  bus.publish('peers', { event: 'connect', device: DEVICE })
  bus.publish('groups', { group: GROUP })
  undo()
  bus.publish('groups', { group: GROUP })
  expect(events).toEqual([{ number: 2, id: 'run-2', topic: 'groups', data: JSON.stringify({ group: GROUP }) }])
})

it('[N-30] replays what was missed over several topics in order, then goes on', () => {
  const bus = createEventBus('run')
  for (let round = 0; round < 3; round += 1) {
    bus.publish('peers', { event: 'connect', device: DEVICE })
    bus.publish('groups', { group: GROUP })
  }
  const { events, listener } = collect()
  bus.subscribe(['groups', 'peers'], listener, 'run-2')
  bus.publish('groups', { group: GROUP })
  expect(events.map(({ id }) => id)).toEqual(['run-3', 'run-4', 'run-5', 'run-6', 'run-7'])
})

it.each(['other-1', 'run-99', 'run-x', 'nonsense', ''])('[N-31] answers reset to the unknown id %j', after => {
  const bus = createEventBus('run')
  bus.publish('groups', { group: GROUP })
  const { events, listener } = collect()
  bus.subscribe(['groups'], listener, after)
  expect(events).toEqual([{ id: 'run-1', topic: 'reset', data: 'null' }])
})

it('[N-31] answers reset when its buffer no longer reaches back, but not for a topic that lost nothing', () => {
  const bus = createEventBus('run')
  bus.publish('groups', { group: GROUP })
  for (let count = 0; count <= REPLAY_EVENTS; count += 1) bus.publish('peers', { event: 'connect', device: DEVICE })
  const both = collect()
  bus.subscribe(['groups', 'peers'], both.listener, 'run-1')
  expect(both.events.map(({ topic }) => topic)).toEqual(['reset'])
  const one = collect()
  bus.subscribe(['groups'], one.listener, 'run-0')
  expect(one.events.map(({ id }) => id)).toEqual(['run-1'])
})
