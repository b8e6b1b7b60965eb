/** Text of others, safe for a terminal: what could move the cursor or recolour the screen is shown as `\ufffd`. */
export function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '\ufffd').replace(/[\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
}
