import styles from './people.module.css'

/** Words to be compared or written down, numbered. */
export function Words({ words, label }: { words: readonly string[]; label: string }) {
  return (
    <ol className={styles.words} aria-label={label}>
      {words.map((word, at) => (
        // Words may repeat; their place is what they are.
        <li key={at}>{word}</li>
      ))}
    </ol>
  )
}
