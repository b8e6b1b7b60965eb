/** Opens connections to one address and says nothing on them; keeps so many half open, until its parent ends it. */
import { connect } from 'node:net'

/** Whoever is thrown out comes again, but not as quickly as it can be thrown out. */
const AGAIN_MS = 250

const [host = '', port = '', count = ''] = process.argv.slice(2)

function besiege(): void {
  const socket = connect({ host, port: Number(port) })
  socket.on('error', () => undefined)
  socket.once('close', () => setTimeout(besiege, AGAIN_MS))
  socket.resume()
}

for (let number = 0; number < Number(count); number++) besiege()
process.send?.('ready')
process.on('disconnect', () => process.exit())
