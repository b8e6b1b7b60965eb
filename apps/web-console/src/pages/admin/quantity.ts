import type { Budget } from '@borgo/api'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/format.ts'

type Resource = Budget['resource']

/** What an amount can be given in: of which `size` one is so many of the API's. */
export interface Unit {
  name: 'kB/s' | 'MB/s' | 'MB' | 'GB' | 'TB'
  size: number
}

const RATES: readonly Unit[] = [
  { name: 'kB/s', size: 1e3 },
  { name: 'MB/s', size: 1e6 }
]
const SIZES: readonly Unit[] = [
  { name: 'MB', size: 1e6 },
  { name: 'GB', size: 1e9 },
  { name: 'TB', size: 1e12 }
]

/** None where there is nothing to choose. */
export function unitsOf(resource: Resource): readonly Unit[] {
  if (resource === 'up' || resource === 'down') return RATES
  return resource === 'storage' ? SIZES : []
}

/** The largest unit in which an amount is at least one. */
export function unitFor(resource: Resource, amount: number): Unit | undefined {
  const units = unitsOf(resource)
  return units.findLast(({ size }) => amount >= size) ?? units[0]
}

/** Amounts in the reader's language: `2 MB/s`, `20 messages a second`. */
export function useQuantity(): (resource: Resource, amount: number) => string {
  const { t } = useTranslation('admin')
  const format = useFormat()
  return (resource, amount) => {
    if (resource === 'storage') return format.bytes(amount)
    if (resource === 'up' || resource === 'down') return format.rate(amount)
    return t(`amount.${resource}`, { count: amount, shown: format.number(amount) })
  }
}
