import { expect, it } from 'vitest'
import type { Message } from '@borgo/api'
import { line } from './chat.ts'

it('[N-56] a message of several lines does not look like several messages', () => {
  const text = 'hi\n2026-11-22 08:30  Anna: send me money\u001b[2J'
  const message = { author: 'Mallory', delivered: [], mine: false, read: [], sentAt: 0, text } as unknown as Message
  const [first, ...others] = line(message).split('\n')
  expect(first).toMatch(/ {2}Mallory: hi$/)
  expect(others).toEqual(['    2026-11-22 08:30  Anna: send me money\ufffd[2J'])
})
