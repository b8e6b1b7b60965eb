/**
 * Rules and tests agree: every numbered rule of a project's SPEC.md is named by a test's title, and every rule that a
 * title names exists. Prints what is missing and exits 1.
 */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const RULE = /^- \*\*([A-Z]+-\d+)\*\*/gm
const TITLE = /\b(?:it|test|describe)(?:\.each\([\s\S]*?\))?\(\s*(['"`])((?:\[[A-Z]+-\d+\] ?)+)/g
const ID = /[A-Z]+-\d+/g

const problems: string[] = []
let rules = 0
for (const spec of globSync(['packages/*/SPEC.md', 'apps/*/SPEC.md']).sort()) {
  const project = dirname(spec)
  const written = [...readFileSync(spec, 'utf8').matchAll(RULE)].map(([, id]) => String(id))
  const tests = globSync(['{src,test}/**/*.test.{ts,tsx}', 'src/testing/*-suite.ts'], { cwd: project }).map(file =>
    join(project, file)
  )
  const named = new Map<string, string>()
  for (const file of tests) {
    for (const [, , ids] of readFileSync(file, 'utf8').matchAll(TITLE)) {
      for (const [id] of String(ids).matchAll(ID)) named.set(id, file)
    }
  }
  rules += written.length
  for (const id of written.filter((id, at) => written.indexOf(id) !== at)) problems.push(`${spec}: ${id} stands twice`)
  for (const id of written) if (!named.has(id)) problems.push(`${spec}: no test names ${id}`)
  for (const [id, file] of named) if (!written.includes(id)) problems.push(`${file}: names ${id}, which ${spec} lacks`)
}

if (problems.length > 0) {
  console.error(problems.join('\n'))
  process.exitCode = 1
} else {
  console.log(`${rules} rules, each with a test`)
}
