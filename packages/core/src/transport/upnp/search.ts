import { createSocket } from 'node:dgram'
import { isPrivateHost } from '../private-host.ts'

/** UPnP Device Architecture 2.0, section 1.3.2. */
const GROUP = '239.255.255.250'
const PORT = 1_900
const SEARCHED = [
  'urn:schemas-upnp-org:device:InternetGatewayDevice:1',
  'urn:schemas-upnp-org:device:InternetGatewayDevice:2'
]
/** How long routers have to answer, ms, and how many answers are looked at. */
const ANSWER_MS = 3_000
const MAX_ANSWERS = 8

/**
 * Asks on the link of one of this machine's IPv4 addresses for routers; resolves to where they describe themselves. Only
 * an answer that leads to its own sender counts: anybody on the link may answer, and could name any machine.
 */
export function searchRouters(from: string, signal: AbortSignal): Promise<URL[]> {
  return new Promise((resolve, reject) => {
    const found = new Map<string, URL>()
    const socket = createSocket('udp4')
    const end = (finish: () => void): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      socket.close()
      finish()
    }
    // Sockets live in real time.
    const timer = setTimeout(() => end(() => resolve([...found.values()])), ANSWER_MS)
    const abort = (): void => end(() => reject(signal.reason as Error))
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    socket.on('error', error => end(() => reject(error)))
    socket.on('message', (message, { address }) => {
      const location = locationIn(message.toString('latin1'), address)
      if (location && found.size < MAX_ANSWERS) found.set(location.href, location)
    })
    socket.bind({ address: from, port: 0 }, () => {
      try {
        socket.setMulticastInterface(from)
        socket.setMulticastTTL(2)
        for (const type of SEARCHED) socket.send(question(type), PORT, GROUP)
      } catch (error) {
        end(() => reject(error as Error))
      }
    })
  })
}

const question = (type: string): string =>
  ['M-SEARCH * HTTP/1.1', `HOST: ${GROUP}:${PORT}`, 'MAN: "ssdp:discover"', 'MX: 2', `ST: ${type}`, '', ''].join('\r\n')

function locationIn(answer: string, sender: string): URL | undefined {
  const [, text = ''] = /^location:[ \t]*(\S{1,512})[ \t]*\r?$/im.exec(answer) ?? []
  const location = URL.canParse(text) ? new URL(text) : undefined
  if (location?.protocol !== 'http:' || location.hostname !== sender || !isPrivateHost(sender)) return undefined
  return location
}
