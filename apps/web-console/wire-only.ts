import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import { wire } from './src/api/wire.ts'

const FILE = fileURLToPath(new URL('src/api/wire.ts', import.meta.url))

/** Works `src/api/wire.ts` out here, so that no schema, and nothing that makes schemas, is loaded into a browser. */
export function wireOnly(): Plugin {
  return {
    name: 'borgo-wire-only',
    load: id => (id === FILE ? `export const wire = ${JSON.stringify(wire)}` : undefined)
  }
}
