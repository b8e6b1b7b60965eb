import type { House } from './house.ts'
import { must } from './tell.ts'
import type { Teller } from './tell.ts'

/** Messages between three: live, with receipts, through a third member, and after kill -9. */
export async function chatChapter(tell: Teller, houses: [House, House, House], group: string): Promise<void> {
  const [ada, ben, cleo] = houses
  const params = { group }
  const texts = async ({ client }: House): Promise<string[]> =>
    (await client.chat.messages({ params, query: { limit: 100 } })).messages.map(({ text }) => text)
  const arrived = (at: House, text: string): Promise<boolean> =>
    at.until(['chat'], async () => (await texts(at)).includes(text))

  tell.chapter('Chat')
  await tell.step('Ada writes; Ben and Cleo see it', async () => {
    const all = [arrived(ben, 'Good morning, village'), arrived(cleo, 'Good morning, village')]
    await ada.client.chat.send({ params, body: { text: 'Good morning, village' } })
    await Promise.all(all)
    return undefined
  })
  await tell.step('Ben reads; Ada sees who has it and who read it', async () => {
    await ben.client.chat.markRead({ params })
    await ada.until(['chat'], async () => {
      const [message] = (await ada.client.chat.messages({ params })).messages
      return message?.delivered.length === 2 && message.read.length === 1
    })
    return 'delivered to 2, read by 1'
  })
  await tell.step('Ada and Ben talk alone; Cleo has no part in it', async () => {
    const { account } = ben.identity()
    const { group: alone } = await ada.client.chat.direct({ body: { account } })
    await ada.client.chat.send({ params: { group: alone }, body: { text: 'Between us' } })
    await ben.until(['chat', 'groups'], async () => {
      const found = (await ben.client.chat.conversations()).find(conversation => conversation.group === alone)
      return found?.unread === 1
    })
    const hers = await cleo.client.chat.conversations()
    must(!hers.some(conversation => conversation.group === alone), 'Cleo is in no conversation of two')
    return undefined
  })
  await tell.step('Cleo is away; Ada writes and leaves; Ben delivers when Cleo is back', async () => {
    await cleo.stop()
    await ada.client.chat.send({ params, body: { text: 'For Cleo, later' } })
    await arrived(ben, 'For Cleo, later')
    await ada.stop()
    await cleo.start()
    await arrived(cleo, 'For Cleo, later')
    const unread = (await cleo.client.chat.conversation({ params })).unread
    must(unread === 2, `Cleo has 2 unread messages, not ${unread}`)
    await ada.start()
    return 'the author was gone'
  })
  await tell.step('Ada writes 100 messages and is killed at once; none is lost', async () => {
    for (let number = 1; number <= 100; number++)
      await ada.client.chat.send({ params, body: { text: `acknowledged ${number}` } })
    await ada.kill()
    await ada.start()
    const kept = (await ada.client.chat.messages({ params, query: { limit: 1_000 } })).messages
    const acknowledged = kept.filter(({ text }) => text.startsWith('acknowledged'))
    must(acknowledged.length === 100, `100 acknowledged messages are there, not ${acknowledged.length}`)
    await arrived(ben, 'acknowledged 100')
    return '100 of 100 after kill -9'
  })
}
