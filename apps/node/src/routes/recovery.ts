import { api, type KeyFileState } from '@borgo/api'
import { hasCode, type BorgoNode } from '@borgo/core'
import { serve, type Served } from '../http/area.ts'
import { attachment } from '../http/attachment.ts'

export function recoveryRoutes({ keys, recovery }: Pick<BorgoNode, 'keys' | 'recovery'>): Served {
  const keyFile = async (): Promise<KeyFileState> => {
    try {
      await keys.check()
      return { encrypted: keys.isEncrypted }
    } catch (error) {
      if (!hasCode(error, 'BAD_KEY_FILE', 'BAD_PASSPHRASE')) throw error
      return { encrypted: keys.isEncrypted, problem: error.message }
    }
  }
  return serve(api.recovery, {
    keyFile,
    async setPassphrase({ body }) {
      await keys.setPassphrase(body.passphrase, body.current)
      return { encrypted: keys.isEncrypted }
    },
    async removePassphrase({ body }) {
      await keys.setPassphrase(undefined, body.current)
      return { encrypted: keys.isEncrypted }
    },
    words: async ({ body }) => ({ words: await recovery.words(body.passphrase) }),
    async file({ body }) {
      const bytes = Buffer.from(await recovery.file(body.secret, body.passphrase))
      const headers = { 'content-type': 'application/json', 'content-disposition': attachment('borgo-recovery.json') }
      return { body: bytes, headers: { ...headers, 'content-length': bytes.length } }
    },
    byWords: ({ body: { words, from, name } }) =>
      recovery.byWords(words, { from, ...(name !== undefined && { name }) }),
    byFile: ({ body }) => recovery.byFile(body.file, body.secret),
    awaited: () =>
      recovery.awaited().map(({ problem, ...one }) => ({ ...one, ...(problem !== undefined && { problem }) }))
  })
}
