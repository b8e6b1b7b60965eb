/**
 * The shape of a translation: the same keys as the English text, any words. `export const text: TextLike<typeof en>`
 * makes a missing or a superfluous key a type error.
 */
export type TextLike<T> = { [K in keyof T]: T[K] extends string ? string : TextLike<T[K]> }
