import { createHash } from 'node:crypto'
import type { Job } from '@borgo/api'
import type { House } from './house.ts'
import { must } from './tell.ts'
import type { Teller } from './tell.ts'

/** π(10⁸) and π(10⁹); OEIS A006880. */
const SMALL = { below: 100_000_000, count: '5761455' }
const LARGE = { below: 1_000_000_000, count: '50847534' }
const PICTURE = { type: 'mandelbrot', width: 480, height: 320, iterations: 2_000, x: -0.6, y: 0, span: 3 } as const

/** A count and a picture over all three computers, one of which is killed at work. */
export async function computeChapter(tell: Teller, houses: [House, House, House], group: string): Promise<void> {
  const [ada, ben, cleo] = houses
  const job = (id: string): Promise<Job> => ada.client.compute.job({ params: { job: id } })
  const done = (id: string): Promise<Job> =>
    ada.until(['compute'], async () => {
      const now = await job(id)
      must(now.state === 'running' || now.state === 'done', `the job ${now.state}: ${now.failure?.text ?? ''}`)
      return now.state === 'done' && now
    })
  const shares = ({ workers }: Job): string =>
    workers.map(({ name, indices, parts }) => `${name ?? '?'} ${parts} parts (${indices})`).join(', ')

  tell.chapter('Compute')
  await tell.step('Ben and Cleo lend their computers', async () => {
    for (const { client } of [ben, cleo]) await client.compute.share({ body: { on: true } })
    const { layers } = await ben.client.compute.sandbox()
    return `modules are held in by: ${layers.join(', ')}`
  })
  await tell.step('π(10⁸) over three computers', async () => {
    await ada.until(['groups', 'peers'], async () => {
      const { members } = await ada.client.groups.get({ params: { group } })
      return members.every(({ online }) => online)
    })
    const { id } = await ada.client.compute.start({ body: { group, task: { type: 'primes', hi: SMALL.below } } })
    const result = await done(id)
    must(result.sum === SMALL.count, `π(10⁸) is ${SMALL.count}, not ${result.sum ?? 'nothing'}`)
    return `${SMALL.count}; ${shares(result)}`
  })
  await tell.step('π(10⁹), and Ben is killed at work', async () => {
    const { id } = await ada.client.compute.start({ body: { group, task: { type: 'primes', hi: LARGE.below } } })
    const { device } = ben.identity()
    await ada.until(['compute'], async () => {
      const now = await job(id)
      must(now.state === 'running', 'the job was over before Ben had done anything')
      return now.workers.some(worker => worker.device === device && worker.parts > 0)
    })
    await ben.kill()
    const result = await done(id)
    must(result.sum === LARGE.count, `π(10⁹) is ${LARGE.count}, not ${result.sum ?? 'nothing'}`)
    await ben.start()
    return `${LARGE.count}; ${shares(result)}`
  })
  await tell.step('a picture of the Mandelbrot set, painted by all', async () => {
    await ada.until(['groups', 'peers'], async () => {
      const { members } = await ada.client.groups.get({ params: { group } })
      return members.every(({ online }) => online)
    })
    const { id } = await ada.client.compute.start({ body: { group, task: PICTURE } })
    const result = await done(id)
    const answer = await ada.client.compute.result({ params: { job: id }, query: { format: 'raw' } })
    const pixels = new Uint8Array(await answer.arrayBuffer())
    must(pixels.length === PICTURE.width * PICTURE.height * 4, 'the picture is whole')
    const hash = createHash('sha256').update(pixels).digest('hex')
    must(hash === result.resultHash, 'the picture is the one that the group was told of')
    return shares(result)
  })
}
