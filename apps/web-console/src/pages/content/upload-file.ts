import { ApiError, type Problem, type SharedContent } from '@borgo/api'
import { client } from '../../api/client.ts'

interface UploadOptions {
  signal: AbortSignal
  onProgress: (doneBytes: number) => void
}

/**
 * Sends a file to the node, which publishes it to a group. By XMLHttpRequest, because `fetch` does not tell how far an
 * upload is. Throws ApiError, TypeError when the node is silent, and `signal.reason`.
 */
export function uploadFile(group: string, file: File, { signal, onProgress }: UploadOptions): Promise<SharedContent> {
  const mime = /^[^/]+\/[^/]+$/.test(file.type) ? { mime: file.type } : {}
  const query = { name: file.name.normalize('NFC'), ...mime }
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', client.content.upload.url({ params: { group }, query }))
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.responseType = 'json'
    const abort = (): void => request.abort()
    signal.addEventListener('abort', abort, { once: true })
    request.upload.onprogress = event => onProgress(event.loaded)
    request.onload = () => {
      if (request.status === 201) resolve(request.response as SharedContent)
      else reject(problemOf(request))
    }
    request.onerror = () => reject(new TypeError('the node does not answer'))
    request.onabort = () => reject(signal.reason as Error)
    request.onloadend = () => signal.removeEventListener('abort', abort)
    request.send(file)
  })
}

function problemOf({ response, status }: XMLHttpRequest): Error {
  const problem = response as Problem | null
  return problem?.code === undefined ? new Error(`the node answered ${status}`) : new ApiError(problem)
}
