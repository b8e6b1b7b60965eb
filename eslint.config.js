import nx from '@nx/eslint-plugin'
import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

const LIBP2P = ['libp2p', '@libp2p/*', '@chainsafe/*', '@multiformats/multiaddr']

/** Imports that no file may make unless a later block for its folder says so. */
const restrict = (...groups) => ({ 'no-restricted-imports': ['error', { patterns: groups }] })
const noLibp2p = { group: LIBP2P, message: 'libp2p lives in core/src/transport only' }
const noTestKit = { group: ['@borgo/core/testing', '**/testing/**'], message: 'the test kit is for tests' }
const noNode = { group: ['node:*'], message: 'this code runs in a browser' }

export default tseslint.config(
  { ignores: ['**/dist/**', '**/coverage/**', '**/.vitest/**', '**/node_modules/**', '.nx/**', '**/*.wasm'] },
  ...tseslint.configs.strict,
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: ['../vitest.shared.ts', '../../vitest.shared.ts'],
          banTransitiveDependencies: true,
          // Commands load a node's code only when they start one; its errors and types they may always import.
          checkDynamicDependenciesExceptions: ['^@borgo/'],
          depConstraints: [
            { sourceTag: 'type:core', onlyDependOnLibsWithTags: ['type:core'] },
            {
              sourceTag: 'type:plugin',
              onlyDependOnLibsWithTags: ['type:core'],
              bannedExternalImports: ['libp2p', '@libp2p/*', '@chainsafe/*', 'fastify', '@fastify/*']
            },
            { sourceTag: 'type:api', onlyDependOnLibsWithTags: ['type:api'] },
            { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:core', 'type:plugin', 'type:api', 'type:app'] }
          ]
        }
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-invalid-void-type': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
      ...restrict(noLibp2p, noTestKit)
    }
  },
  { files: ['packages/core/src/transport/**'], rules: restrict(noTestKit) },
  { files: ['packages/core/src/testing/**'], rules: restrict(noLibp2p) },
  { files: ['packages/api/src/**', 'apps/web-console/src/**'], rules: restrict(noLibp2p, noTestKit, noNode) },
  {
    files: ['apps/web-console/src/**'],
    plugins: { 'react-hooks': reactHooks },
    rules: reactHooks.configs.recommended.rules
  },
  {
    files: ['**/*.test.{ts,tsx}', '**/test/**', 'benchmarks/**', 'examples/**', 'scripts/**', 'lab/**'],
    rules: { 'no-restricted-imports': 'off', 'no-console': 'off', '@typescript-eslint/no-non-null-assertion': 'off' }
  },
  // The console's tests run real nodes, and find the browser as the repository's scripts do.
  { files: ['apps/web-console/test/**'], rules: { '@nx/enforce-module-boundaries': 'off' } },
  { files: ['**/*.js'], ...tseslint.configs.disableTypeChecked }
)
