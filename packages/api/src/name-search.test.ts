import { expect, it } from 'vitest'
import { foundNames } from './index.ts'

const encoder = new TextEncoder()

/** An answer that comes in pieces; after them it ends, or breaks. */
function answer(pieces: Uint8Array[], error?: Error): Response {
  return new Response(
    new ReadableStream({
      pull(controller) {
        const piece = pieces.shift()
        if (piece) controller.enqueue(piece)
        else if (error) controller.error(error)
        else controller.close()
      }
    })
  )
}

it('[A-20] yields whole records whatever way the network cuts them, and returns how the search ended', async () => {
  const bytes = encoder.encode('\n{"label":"caffè"}\n{"label":"家"}\n{"end":"limit"}\n')
  for (let size = 1; size <= bytes.length; size++) {
    const pieces = []
    for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.slice(at, at + size))
    const search = foundNames(answer(pieces))
    expect(await search.next()).toEqual({ done: false, value: { label: 'caffè' } })
    expect(await search.next()).toEqual({ done: false, value: { label: '家' } })
    expect(await search.next()).toEqual({ done: true, value: 'limit' })
  }
})

it('[A-20] says when the answer breaks, or ends without an end', async () => {
  const broken = foundNames(answer([encoder.encode('\n')], new TypeError('terminated')))
  await expect(broken.next()).rejects.toThrow('terminated')
  expect(await foundNames(answer([encoder.encode('\n{"lab')])).next()).toEqual({ done: true, value: undefined })
})
