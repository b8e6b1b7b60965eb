import { NavLink } from 'react-router'
import styles from './page-parts.module.css'

interface PagePartsProps {
  /** Names the navigation. */
  label: string
  /** Of each page: what it is called, and its path. */
  parts: readonly (readonly [label: string, path: string])[]
}

/** The way between the pages of one area, under their header. */
export function PageParts({ label, parts }: PagePartsProps) {
  return (
    <nav aria-label={label} className={styles.parts}>
      {parts.map(([name, path]) => (
        <NavLink key={path} to={path} end className={styles.part ?? ''}>
          {name}
        </NavLink>
      ))}
    </nav>
  )
}
