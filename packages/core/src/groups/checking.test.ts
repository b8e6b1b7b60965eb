import { expect, it } from 'vitest'
import { hashId } from '../ids.ts'
import type { GroupId } from '../ids.ts'
import { forge, manyCertificates } from '../testing/random-dag.ts'
import { historyInTime, historyOf } from './checking.ts'
import type { Operation } from './operation.ts'

/** A history of which each operation follows others than the one before it, so that the past of each is gone through. */
function tangled(count: number): { group: GroupId; operations: Operation[] } {
  const [founder] = manyCertificates(1)
  if (!founder) throw new TypeError('nobody')
  const keyCheck = new Uint8Array(32)
  const operations = [
    forge(founder.device, [], { type: 'create', name: 'V', kind: 'shared', owner: 'f', certificate: founder, keyCheck })
  ]
  const at = (place: number): string => (operations[Math.max(0, place)] as Operation).id
  for (let place = 1; place < count; place++) {
    const parents = [...new Set([at(place - 2), at(place - 35)])].sort()
    operations.push(forge(founder.device, parents, { type: 'rename', name: `name ${place}` }))
  }
  return { group: operations[0]!.group, operations }
}

it('[G-39] leaves turns to everything else, comes to the same, and ends when asked to', async () => {
  const { group, operations } = tangled(400)
  let turns = 0
  let isOver = false
  const count = (): void => {
    turns++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  const found = await historyInTime(group, operations)
  isOver = true
  expect(found.size).toBe(400)
  expect(found.effort).toBeGreaterThan(50_000)
  expect(turns).toBeGreaterThan(5)
  expect(historyOf(group, operations).heads()).toEqual(found.heads())

  const reason = new Error('enough')
  await expect(historyInTime(group, operations, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})

it('[G-39] refuses what was made to keep us busy, and what belongs to another group', async () => {
  const { group, operations } = tangled(200)
  const refused = { code: 'BAD_OPERATION' }
  await expect(historyInTime(group, operations, { mostEffort: 5_000 })).rejects.toMatchObject(refused)
  await expect(historyInTime(hashId(new Uint8Array(32)), operations)).rejects.toMatchObject(refused)
  await expect(historyInTime(group, [])).rejects.toMatchObject(refused)
})
