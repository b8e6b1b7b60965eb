import { defineConfig } from 'vitest/config'

/** What every project's vitest run has in common; a project's own config spreads it. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Generous: a hang must end, but a machine shared with others may be ten times slower.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    passWithNoTests: false,
    reporters: ['default', 'json'],
    outputFile: { json: './.vitest/results.json' }
  }
})
