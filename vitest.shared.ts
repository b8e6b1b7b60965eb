import { defineConfig } from 'vitest/config'

/** What every project's vitest run has in common; a project's own config spreads it. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 2,
    passWithNoTests: false,
    reporters: ['default', 'json'],
    outputFile: { json: './.vitest/results.json' }
  }
})
