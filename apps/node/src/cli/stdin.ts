/** All that the standard input says, without blanks at its end. */
export async function readStdin(): Promise<string> {
  const { text } = await import('node:stream/consumers')
  return (await text(process.stdin)).trimEnd()
}
