import { mergeConfig } from 'vitest/config'
import shared from '../../vitest.shared.ts'

/** Browser and nodes share the machine: what takes two seconds alone may take ten times that on a busy one. */
const PATIENCE_MS = 90_000

export default mergeConfig(shared, {
  test: {
    globalSetup: ['test/setup.ts'],
    testTimeout: PATIENCE_MS,
    hookTimeout: PATIENCE_MS,
    // Within the test's own, so that it says what was waited for.
    expect: { poll: { timeout: PATIENCE_MS / 2 } }
  }
})
