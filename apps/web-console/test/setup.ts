import { chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { buildConsole } from '../../../scripts/build-console.ts'
import { findChromium } from '../../../scripts/chromium.ts'

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Names of other sites lead to this machine, as an attacker's do.
  '--host-resolver-rules=MAP *.test 127.0.0.1'
]

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the one browser of all test files listens. */
    chromium: string
  }
}

/** Once for all test files: the console as a person would get it, and a browser to look at it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  buildConsole()
  const server = await chromium.launchServer({ executablePath: findChromium(), args: ARGS, host: '127.0.0.1' })
  project.provide('chromium', server.wsEndpoint())
  return () => server.close()
}
