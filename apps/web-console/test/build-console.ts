import { buildConsole } from '../../../scripts/build-console.ts'

/** Once before all browser tests: they look at what a person would get. */
export function setup(): void {
  buildConsole()
}
