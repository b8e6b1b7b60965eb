import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { routerAt } from './router.ts'

const BLANKS = ' '.repeat(250_000)
const SERVICE =
  '<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType><controlURL>/c</controlURL></service>'

const servers: ReturnType<typeof createServer>[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A router that describes itself so, and answers every action so. */
async function asked(description: string, answer: string): Promise<string | undefined> {
  const server = createServer((request, response) => response.end(request.method === 'GET' ? description : answer))
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { signal } = new AbortController()
  const router = await routerAt(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`), signal)
  return await router?.externalHost(signal)
}

describe('what a router says', () => {
  it.each([
    ['blanks', `<NewExternalIPAddress>${BLANKS}`],
    ['blanks and a word', `<NewExternalIPAddress>${BLANKS}x</`],
    ['a beginning again and again', '<u:NewExternalIPAddress a'.repeat(10_000)]
  ])('[T-47] does not keep the node busy, whatever it answers: %s', async (_, answer) => {
    expect(await asked(SERVICE, answer)).toBe('')
  })

  it.each([
    ['services without an end', '<service>'.repeat(29_000)],
    ['types without an end', `<service><serviceType>${BLANKS}</service>`]
  ])('[T-47] does not keep the node busy, however it describes itself: %s', async (_, description) => {
    expect(await asked(description, '')).toBeUndefined()
  })

  it('[T-46] is read with blanks around it and a prefix', async () => {
    const answer = '<a:newExternalIpAddress b="c">\n 51.0.0.1 \n</a:NewExternalIPAddress>'
    expect(await asked(SERVICE, answer)).toBe('51.0.0.1')
  })
})
