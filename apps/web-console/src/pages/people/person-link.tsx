import type { Contact } from '@borgo/api'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { contactLabel } from '../../components/contact-queries.ts'
import { PeerName } from '../../components/peer-name.tsx'
import styles from './people.module.css'

/** Somebody, and the way to all about them. */
export function PersonLink({ person, detail }: { person: Contact; detail?: ReactNode }) {
  return (
    <Link to={`/people/contacts/${person.account}`} className={styles.person}>
      <PeerName
        id={person.account}
        name={contactLabel(person)}
        isLit={person.state !== 'contact' || person.presence.state !== 'offline'}
        detail={detail}
        size={40}
      />
    </Link>
  )
}
