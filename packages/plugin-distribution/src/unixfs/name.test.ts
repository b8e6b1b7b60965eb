import { describe, expect, it } from 'vitest'
import { checkName, nameFault } from './name.ts'

describe('names', () => {
  it.each(['a', 'report.pdf', 'è così', '日本語.txt', '🙂', '.hidden', 'a..b', 'console', 'x'.repeat(255), 'com10'])(
    '[D-4] %j is a name',
    name => expect(nameFault(name)).toBeUndefined()
  )

  it.each([
    '',
    '.',
    '..',
    '/',
    'a/b',
    '/etc/passwd',
    '../up',
    'a\\b',
    'nul\0l',
    'line\nbreak',
    '\u007f',
    'picture\u202egnp.exe',
    '\u2066a',
    'x'.repeat(256),
    '🙂'.repeat(64),
    'e\u0300',
    'dot.',
    'space ',
    'CON',
    'con.txt',
    'Lpt1',
    '.borgo-1234',
    '\ud800'
  ])('[D-4] %j is not', name => {
    expect(() => checkName(name)).toThrow(expect.objectContaining({ code: 'BAD_NAME' }))
  })
})
