/** Longest description or answer of a router, bytes. */
const MAX_BYTES = 256 * 1024
const REQUEST_MS = 5_000
/** Services that map ports; UPnP InternetGatewayDevice 1 and 2. */
const SERVICE = /^urn:schemas-upnp-org:service:(WANIPConnection:[12]|WANPPPConnection:1)$/

/** What a router answers to an action it does not carry out: its code, e.g. 718 for a port that is taken. */
export class RouterRefusal extends Error {
  readonly code: number

  constructor(action: string, code: number) {
    super(`the router refused ${action} with code ${code}`)
    this.code = code
  }
}

/** A router that maps ports. All of it throws what `fetch` throws, or RouterRefusal. */
export interface Router {
  externalHost(signal: AbortSignal): Promise<string>
  /** `leaseSeconds` 0: until it is deleted. */
  add(
    mapping: { port: number; host: string; externalPort: number; leaseSeconds: number },
    signal: AbortSignal
  ): Promise<void>
  delete(externalPort: number, signal: AbortSignal): Promise<void>
}

/** Reads how a router describes itself; undefined when it maps no ports. */
export async function routerAt(location: URL, signal: AbortSignal): Promise<Router | undefined> {
  const description = await read(location, { method: 'GET' }, signal)
  for (const part of description.split(/<service>/i).slice(1)) {
    const [service = ''] = part.split(/<\/service>/i, 1)
    const type = valueOf(service, 'serviceType') ?? ''
    const path = valueOf(service, 'controlURL') ?? ''
    if (!SERVICE.test(type) || !URL.canParse(path, location.href)) continue
    const control = new URL(path, location)
    // It may speak for itself only.
    if (control.protocol === 'http:' && control.hostname === location.hostname) return routerOf(type, control)
  }
  return undefined
}

function routerOf(type: string, control: URL): Router {
  const call = async (
    action: string,
    values: Record<string, string | number>,
    signal: AbortSignal
  ): Promise<string> => {
    const body = Object.entries(values).map(([name, value]) => `<${name}>${escaped(String(value))}</${name}>`)
    return await read(
      control,
      {
        method: 'POST',
        headers: { 'content-type': 'text/xml; charset="utf-8"', soapaction: `"${type}#${action}"` },
        body: `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body><u:${action} xmlns:u="${type}">${body.join('')}</u:${action}></s:Body></s:Envelope>`
      },
      signal,
      action
    )
  }
  return {
    async externalHost(signal) {
      return valueOf(await call('GetExternalIPAddress', {}, signal), 'NewExternalIPAddress') ?? ''
    },
    async add({ port, host, externalPort, leaseSeconds }, signal) {
      const values = {
        NewRemoteHost: '',
        NewExternalPort: externalPort,
        NewProtocol: 'TCP',
        NewInternalPort: port,
        NewInternalClient: host,
        NewEnabled: 1,
        NewPortMappingDescription: 'borgo',
        NewLeaseDuration: leaseSeconds
      }
      await call('AddPortMapping', values, signal)
    },
    async delete(externalPort, signal) {
      const values = { NewRemoteHost: '', NewExternalPort: externalPort, NewProtocol: 'TCP' }
      await call('DeletePortMapping', values, signal)
    }
  }
}

async function read(url: URL, request: RequestInit, signal: AbortSignal, action = 'its description'): Promise<string> {
  const both = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)])
  const answer = await fetch(url, { ...request, redirect: 'error', signal: both })
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) throw new Error('the router says too much')
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  if (!answer.ok) throw new RouterRefusal(action, Number(valueOf(text, 'errorCode') ?? answer.status))
  return text
}

/** The text of the first element of that name, whatever its prefix. In time that grows with the length alone. */
function valueOf(xml: string, name: string): string | undefined {
  const element = new RegExp(`<(?:[\\w-]{1,32}:)?${name}(?:\\s[^>]{0,200})?>([^<]{0,1024})</`, 'i')
  return element.exec(xml)?.[1]?.trim()
}

const escaped = (text: string): string => text.replace(/[<>&"']/g, character => `&#${character.charCodeAt(0)};`)
