import type { House } from './house.ts'
import { must } from './tell.ts'
import type { Teller } from './tell.ts'

/** A board, and a document that two write at once and a third while alone. */
export async function workspaceChapter(tell: Teller, houses: [House, House, House], group: string): Promise<void> {
  const [ada, ben, cleo] = houses
  let workspace = ''
  let document = ''
  const text = async ({ client }: House): Promise<string> =>
    (await client.workspaces.readDocument({ params: { workspace, document } })).text
  const write = async ({ client }: House, line: string): Promise<void> => {
    const body = new TextEncoder().encode(`${line}\n`)
    await client.workspaces.writeDocument({ params: { workspace, document }, query: { mode: 'append' }, body })
  }
  const holds = (at: House, ...lines: string[]): Promise<boolean> =>
    at.until(['workspaces'], async () => {
      const documents = await at.client.workspaces.documents({ params: { workspace } }).catch(() => [])
      if (!documents.some(({ id }) => id === document)) return false
      const now = await text(at)
      return lines.every(line => now.includes(line))
    })

  tell.chapter('Workspace')
  await tell.step('Ada founds a workspace with a thread; Ben answers; Cleo reads both', async () => {
    workspace = (await ada.client.workspaces.create({ body: { group, name: 'Harvest feast' } })).id
    const params = { workspace }
    const body = { title: 'Who brings what?', text: 'I bring bread.' }
    const { id: thread } = await ada.client.workspaces.startThread({ params, body })
    const posts = (at: House, count: number): Promise<boolean> =>
      at.until(['workspaces'], async () => {
        const found = await at.client.workspaces.posts({ params: { workspace, thread } }).catch(() => undefined)
        return found?.posts.length === count
      })
    await posts(ben, 1)
    await ben.client.workspaces.reply({ params: { workspace, thread }, body: { text: 'And I the wine.' } })
    await Promise.all([posts(ada, 2), posts(cleo, 2)])
    return undefined
  })
  await tell.step('Ada and Ben write one document at once', async () => {
    document = (await ada.client.workspaces.createDocument({ params: { workspace }, body: { title: 'Plan' } })).id
    await holds(ben)
    await holds(cleo)
    await Promise.all([write(ada, 'Ada: bread for forty'), write(ben, 'Ben: twelve bottles')])
    for (const each of houses) await holds(each, 'Ada: bread', 'Ben: twelve')
    return undefined
  })
  await tell.step('Cleo writes alone, then the others without Cleo; all end with one text', async () => {
    await Promise.all([ada.stop(), ben.stop()])
    await write(cleo, 'Cleo: music')
    await cleo.stop()
    await Promise.all([ada.start(), ben.start()])
    await Promise.all([write(ada, 'Ada: and cheese'), write(ben, 'Ben: and glasses')])
    await cleo.start()
    for (const each of houses) await holds(each, 'Cleo: music', 'Ada: and cheese', 'Ben: and glasses')
    const [one, two, three] = await Promise.all(houses.map(text))
    must(one === two && two === three, 'the three replicas are equal')
    return `${one?.trim().split('\n').length ?? 0} lines, the same on all three`
  })
}
