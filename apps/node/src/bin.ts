#!/usr/bin/env node
const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 24) {
  process.stderr.write(`borgo needs Node.js 24 or newer and this is ${process.version}: https://nodejs.org\n`)
  process.exit(1)
}
const { main } = await import('./cli/main.ts')
await main(process.argv)
