import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const INSTALLED = fileURLToPath(new URL('../console', import.meta.url))
const IN_REPOSITORY = fileURLToPath(new URL('../../../web-console/dist', import.meta.url))

/** The folder of the built console: a published node brings it along. */
export const CONSOLE_FOLDER = existsSync(INSTALLED) ? INSTALLED : IN_REPOSITORY
