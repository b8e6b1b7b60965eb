import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { nodeError } from '../errors.ts'
import { action } from './cli.ts'

export function swarmKeyCommands(program: Command): void {
  program
    .command('swarm-key')
    .description('make the key of a private network: only nodes that have this file understand each other')
    .argument('<file>')
    .action(
      action(async ({ note, show }, file: string) => {
        // Most of a node is behind this import, and few commands need it.
        const { newSwarmKey } = await import('@borgo/core')
        const path = resolve(file)
        await writeNew(path, newSwarmKey())
        show({ path }, () => path)
        note('give it to every node of the network, over a safe way, and start each with --swarm-key-file')
      })
    )
}

/** For this user alone; never over a key that is in use. */
async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    throw nodeError('USAGE', `no key was written to ${path}: ${String(cause)}`, cause)
  }
}
