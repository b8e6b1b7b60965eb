import { request } from 'node:http'
import { Readable } from 'node:stream'
import { hasCode } from '@borgo/core/errors'
import { nodeError } from '../errors.ts'

/**
 * `fetch` over a Unix socket. Throws NOT_RUNNING when nobody serves it and
 * what the body throws when it is read; otherwise fails as `fetch` does.
 */
export function socketFetch(path: string): (url: string, init: RequestInit) => Promise<Response> {
  return (url, { method = 'GET', headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const fail = (cause: Error): void => {
        if (signal?.aborted) reject(signal.reason as Error)
        else if (hasCode(cause, 'ENOENT', 'ECONNREFUSED')) reject(nodeError('NOT_RUNNING', 'no node is running', cause))
        else reject(broken(cause))
      }
      const { pathname, search } = new URL(url, 'http://node')
      const options = {
        socketPath: path,
        path: pathname + search,
        method,
        headers: Object.fromEntries(new Headers(headers)),
        ...(signal && { signal })
      }
      const outgoing = request(options, incoming => {
        const { statusCode: status = 500, statusMessage: statusText = '' } = incoming
        const empty = status === 204 || status === 304
        // An answer that nobody reads keeps its connection, and with it the program, open.
        if (empty) incoming.resume()
        const answer = empty ? null : ReadableStream.from(chunksOf(incoming))
        resolve(new Response(answer, { status, statusText, headers: incoming.headers as Record<string, string> }))
      })
      outgoing.once('error', fail)
      // What cannot be read says nothing of the node, so it keeps its own error.
      const unread = (cause: Error): void => {
        reject(signal?.aborted ? (signal.reason as Error) : cause)
        outgoing.destroy()
      }
      if (body instanceof ReadableStream) Readable.fromWeb(body).once('error', unread).pipe(outgoing)
      else outgoing.end(body)
    })
}

async function* chunksOf(incoming: Readable): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of incoming) yield chunk as Uint8Array
  } catch (cause) {
    throw broken(cause)
  }
}

function broken(cause: unknown): TypeError {
  return new TypeError(`the connection to the node broke: ${String(cause)}`, { cause })
}
