import { nodeError } from '../errors.ts'
import { openLogFile, type LogFile } from './file.ts'

/** Lines wait in memory until the data folder is this node's own. */
export interface FileSink {
  write(text: string): void
  open(): LogFile
  close(): void
}

/** A full disk stops the log file and nothing else: the lines still reach stderr and the event stream. */
export function createFileSink(folder: string, complain = (text: string): void => process.emitWarning(text)): FileSink {
  const waiting: string[] = []
  let file: LogFile | undefined
  let complained = false
  let closed = false

  function write(text: string): void {
    if (closed) return
    if (!file) {
      waiting.push(text)
      return
    }
    try {
      file.write(text)
    } catch (error) {
      if (!complained) complain(`the log file cannot be written: ${String(error)}`)
      complained = true
    }
  }

  return {
    write,
    open() {
      try {
        file = openLogFile(folder)
      } catch (cause) {
        throw nodeError('FOLDER_READ_ONLY', `${folder}: the log cannot be written: ${String(cause)}`, cause)
      }
      for (const text of waiting.splice(0)) write(text)
      return file
    },
    close() {
      closed = true
      file?.close()
    }
  }
}
