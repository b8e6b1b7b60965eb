import { expect, it } from 'vitest'
import { readTimes, showTimes, writeTimes } from './times.ts'

it.each([
  'daily 22:00-06:00',
  'mon-fri 08:00-18:00, sat 09:00-12:00',
  'sat-mon 00:00-24:00',
  'mon 08:00-09:00, mon 10:00-11:00'
])('[U-81] times of the week are read and written as the node does: %s', text => {
  expect(writeTimes(readTimes(text))).toBe(text)
})

it('[U-81] times of the week are shown in the words of a language', () => {
  expect(showTimes('mon-fri 08:00-18:00, sat 09:00-12:00', 'en')).toBe('Mon–Fri 08:00–18:00, Sat 09:00–12:00')
  expect(showTimes('daily 22:00-06:00', 'it')).toBe('lun–dom 22:00–06:00')
})
