import { useRequests } from '../../components/contact-queries.ts'
import { useRinging } from '../activities/activity-queries.ts'

/** How many people wait for an answer: to become contacts, or to an invitation. */
export function usePeopleCount(): number {
  return useRequests() + useRinging().length
}
