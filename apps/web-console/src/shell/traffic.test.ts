import { describe, expect, it } from 'vitest'
import { addSample, type Traffic } from './traffic.ts'

const report = (at: number, bytesIn: number, bytesOut = 0) => ({ at, bytesIn, bytesOut })

describe('addSample', () => {
  it('[U-4] makes rates per second out of two reports', () => {
    const first = addSample({ samples: [] }, report(1000, 500, 100))
    expect(first.samples).toEqual([])
    expect(addSample(first, report(3000, 2500, 200)).samples).toEqual([
      { at: 3000, inPerSecond: 1000, outPerSecond: 50 }
    ])
  })

  it('[U-4] draws nothing across a restart of the node', () => {
    const before = addSample(addSample({ samples: [] }, report(0, 0)), report(1000, 9000))
    const after = addSample(before, report(2000, 100))
    expect(after.samples).toEqual(before.samples)
    expect(addSample(after, report(3000, 1100)).samples.at(-1)).toEqual({
      at: 3000,
      inPerSecond: 1000,
      outPerSecond: 0
    })
  })

  it('[U-4] keeps the last ten minutes', () => {
    let traffic: Traffic = { samples: [] }
    for (let count = 0; count < 400; count++) traffic = addSample(traffic, report(count * 2000, count))
    expect(traffic.samples).toHaveLength(300)
    expect(traffic.samples.at(-1)?.at).toBe(399 * 2000)
  })
})
