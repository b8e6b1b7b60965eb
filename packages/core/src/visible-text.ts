/*
 * Which characters nobody sees is written down here instead of asked of the JavaScript engine: every member must refuse
 * the same, and engines know different versions of Unicode.
 */

/** Controls, marks that reorder, fillers, selectors, tags, and what is for private use: characters without a shape. */
const UNSEEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ue000-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{10ffff}]/u

/** Blanks other than the space. */
const ODD_BLANK = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/u

/** What emoji are made of. */
const EMOJI =
  '[\\u00a9\\u00ae\\u203c\\u2049\\u2122\\u2139\\u2190-\\u2bff\\u3030\\u303d\\u3297\\u3299\\u{1f000}-\\u{1faff}]'
/** Signs that take a letter's vowel away, from Devanagari to Khmer. */
const VIRAMA = '[\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d4d\\u0dca\\u1039\\u103a\\u17d2]'
/** Arabic letters that join the next one, and all of them. */
const JOINING =
  '[\\u0626\\u0628\\u062a-\\u062e\\u0633-\\u063f\\u0641-\\u0647\\u0649\\u064a\\u0678-\\u0687\\u069a-\\u06bf\\u06c1\\u06c2\\u06cc\\u06d0\\u06d1]'
const ARABIC = '[\\u0620-\\u064a\\u066e-\\u06d3]'

/** Where an unseen character changes what is seen: within emoji, after a virama, between joining Arabic letters. */
const NEEDED = new RegExp(
  [
    `(?<=${EMOJI})\\ufe0f`,
    `(?<=[0-9#*])\\ufe0f(?=\\u20e3)`,
    `(?<=${EMOJI}\\ufe0f?)\\u200d(?=${EMOJI})`,
    `(?<=${VIRAMA})[\\u200c\\u200d]`,
    `(?<=${JOINING})\\u200c(?=${ARABIC})`
  ].join('|'),
  'gu'
)

/** True when text has characters that nobody sees, or that reorder others, without need: it may pass for another text. */
export function hidesSomething(text: string): boolean {
  return UNSEEN.test(text.replace(NEEDED, '')) || !text.isWellFormed()
}

/** True when a text that should read as one line has blanks that look like other ones, at an end or side by side. */
export function hasOddBlanks(text: string): boolean {
  return text.trim() !== text || text.includes('  ') || ODD_BLANK.test(text)
}
