import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Size at which the log file is put aside, bytes. */
const LOG_FILE_BYTES = 5_242_880
/** Files kept: the one written to and those put aside. */
const FILES = 3

/** The log in the data folder: at most `FILES` × `maxBytes` of it. */
export interface LogFile {
  /** Throws what the file system throws. */
  write(line: string): void
  /** The newest lines, oldest first. */
  tail(count: number): string[]
  close(): void
}

/** `node.log` is written to; `node.1.log` is the one before it. */
export function openLogFile(folder: string, { maxBytes = LOG_FILE_BYTES } = {}): LogFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = (age: number): string => join(folder, age === 0 ? 'node.log' : `node.${age}.log`)
  let file = openSync(path(0), 'a', 0o600)
  let size = fstatSync(file).size

  function rotate(): void {
    closeSync(file)
    for (let age = FILES - 2; age >= 0; age -= 1) moveIfThere(path(age), path(age + 1))
    file = openSync(path(0), 'a', 0o600)
    size = 0
  }

  return {
    write(line) {
      const bytes = Buffer.from(line)
      if (size > 0 && size + bytes.length > maxBytes) rotate()
      writeSync(file, bytes)
      size += bytes.length
    },
    tail(count) {
      const lines: string[] = []
      for (let age = 0; age < FILES && lines.length < count; age += 1) lines.unshift(...readLines(path(age)))
      return lines.slice(-count)
    },
    close: () => closeSync(file)
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(0, -1)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
