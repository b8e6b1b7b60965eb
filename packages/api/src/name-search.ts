import { chunks } from './chunks.ts'
import type { NameRecord, NameSearchEnd } from './names.ts'

/**
 * The records in the answer of `names.resolve`, each as soon as it is there; returns how the search ended. To stop it,
 * abort the call's signal or leave the loop. Throws TypeError when the connection breaks, or the signal's reason.
 */
export async function* foundNames(
  response: Response
): AsyncGenerator<NameRecord, NameSearchEnd['end'] | undefined, undefined> {
  if (!response.body) return undefined
  let rest = ''
  for await (const chunk of chunks(response.body.pipeThrough(new TextDecoderStream()))) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      // An empty one only says that the search has begun.
      if (line === '') continue
      const value = JSON.parse(line) as NameRecord | NameSearchEnd
      if ('end' in value) return value.end
      yield value
    }
  }
  return undefined
}
