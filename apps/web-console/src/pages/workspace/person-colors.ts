/** White text is readable on each, and each is told from the others. */
const COLORS = ['#a94724', '#4f601c', '#3b5b9a', '#6f4a6b', '#1f6663', '#7c5007', '#8f1d4e', '#4f6073'] as const

/** The colours of a person's cursor and selection, always the same for the same account. */
export function personColors(account: string): { color: string; colorLight: string } {
  let sum = 0
  for (let index = 0; index < account.length; index++) sum = (sum * 31 + account.charCodeAt(index)) >>> 0
  const color = COLORS[sum % COLORS.length] ?? COLORS[0]
  return { color, colorLight: `${color}33` }
}
