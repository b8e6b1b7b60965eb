import { ApiError } from '@borgo/api'
import { CommanderError } from 'commander'
import { EXIT, exitCodeOf } from './exit.ts'
import { createProgram } from './program.ts'

/** Runs the program with `argv` as Node has it, and leaves its exit code in `process.exitCode`. */
export async function main(argv: string[]): Promise<void> {
  // `borgo logs | head` closes the pipe early: there is nobody left to tell.
  process.stdout.on('error', error => process.exit('code' in error && error.code === 'EPIPE' ? EXIT.ok : EXIT.error))
  try {
    const program = await createProgram(argv)
    await program.parseAsync(argv)
  } catch (error) {
    // Commander has told the person already.
    if (!(error instanceof CommanderError)) report(error, argv.includes('--json'))
    process.exitCode = exitCodeOf(error)
  }
}

function report(error: unknown, json: boolean): void {
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'INTERNAL'
  const known = error instanceof ApiError || code !== 'INTERNAL'
  if (json) process.stderr.write(`${JSON.stringify({ error: { code, message } })}\n`)
  else process.stderr.write(`borgo: ${known ? message : ((error as Error).stack ?? message)}\n`)
}
