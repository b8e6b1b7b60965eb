import { createInterface } from 'node:readline/promises'
import { nodeError } from '../errors.ts'

/**
 * Asks the person at the terminal before something that cannot be undone. `yes` answers for them; without a terminal
 * nobody can be asked, and it throws USAGE.
 */
export async function confirm(
  what: string,
  { yes = false, signal }: { yes?: boolean; signal: AbortSignal }
): Promise<void> {
  if (yes) return
  if (!process.stdin.isTTY) throw nodeError('USAGE', `${what} This cannot be undone: say so with --yes`)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await terminal.question(`${what} This cannot be undone. Go on? [y/N] `, { signal })
    if (!/^y(es)?$/i.test(answer.trim())) throw nodeError('USAGE', 'nothing was changed')
  } finally {
    terminal.close()
  }
}
