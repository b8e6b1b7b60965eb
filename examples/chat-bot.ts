/**
 * A bot in a group's chat that rolls dice: `!roll 2d6`. Needs @borgo/core and @borgo/plugin-rtc.
 *
 *   node chat-bot.ts <invitation link>     the first time
 *   node chat-bot.ts                       from then on: it is a member
 *
 * What is asked while it is away is answered when it is back.
 */
import { randomInt } from 'node:crypto'
import { createNode } from '@borgo/core'
import { rtc } from '@borgo/plugin-rtc'

const [link] = process.argv.slice(2)
const node = await createNode({ folder: './chat-bot', name: 'Dice', listen: process.env.LISTEN?.split(' ') })
const { chat } = await node.use(rtc())

chat.subscribe(event => {
  if (event.type !== 'message' || event.message.mine) return
  const { group, id, text } = event.message
  const dice = /^!roll ([1-9]\d?)d([1-9]\d{0,3})$/.exec(text.trim())
  if (!dice) return
  const rolls = Array.from({ length: Number(dice[1]) }, () => 1 + randomInt(Number(dice[2])))
  const sum = rolls.reduce((total, roll) => total + roll, 0)
  chat.send(group, `${rolls.join(' + ')} = ${sum}`, { reply: id }).catch(console.error)
})

if (link) await node.groups.join(link)
const groups = node.groups.list().map(({ name }) => name)
console.log(groups.length > 0 ? `Rolls in ${groups.join(', ')}; Ctrl-C ends.` : 'In no group: give an invitation link.')

process.once('SIGINT', () => void node.stop())
if (groups.length === 0) await node.stop()
