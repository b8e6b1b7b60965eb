import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { nodeError } from '../errors.ts'

/**
 * Asks for secrets, which never stand on the command line: typed unseen at a terminal, one line of standard input each
 * elsewhere. Throws USAGE when one is missing.
 */
export async function readSecrets(prompts: readonly string[], signal: AbortSignal): Promise<string[]> {
  const given = process.stdin.isTTY ? await typed(prompts, signal) : (await text(process.stdin)).split('\n')
  return prompts.map((prompt, index) => {
    const secret = given[index]?.replace(/\r$/, '') ?? ''
    if (secret === '')
      throw nodeError('USAGE', `${prompt}: missing: type it, or give it as line ${index + 1} of the input`)
    return secret
  })
}

async function typed(prompts: readonly string[], signal: AbortSignal): Promise<string[]> {
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: unseen, terminal: true })
  const answers: string[] = []
  try {
    for (const prompt of prompts) {
      process.stderr.write(`${prompt}: `)
      answers.push(await terminal.question('', { signal }))
      process.stderr.write('\n')
    }
    return answers
  } finally {
    terminal.close()
  }
}
