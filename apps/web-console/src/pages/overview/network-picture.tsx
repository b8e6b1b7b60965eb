import type { Identity, Peer } from '@borgo/api'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { houseUrl } from '../../components/house.tsx'
import { Section } from '../../components/section.tsx'
import { useFormat } from '../../i18n/format.ts'
import { placeAround, radiusOf, RINGS } from './map-layout.ts'
import styles from './network-picture.module.css'
import { peersQuery } from './peer-queries.ts'

const HOUSE = 38
/** More would stand on each other's roofs; the table has all of them. */
const SHOWN = 24
const NAME_LENGTH = 14

/** A map of the neighbourhood: this node in the middle, roads to its neighbours, the quicker the shorter. */
export function NetworkPicture({ self }: { self: Identity }) {
  const { t } = useTranslation('overview')
  const { data: peers = [] } = useQuery(peersQuery)
  // By id, so that nobody moves around the middle because somebody else's round trip changed.
  const shown = peers.toSorted((a, b) => (a.device < b.device ? -1 : 1)).slice(0, SHOWN)
  return (
    <Section title={t('picture.title')} intro={t('picture.hint')}>
      <svg viewBox="-178 -146 356 292" className={styles.map} role="img" aria-label={t('picture.label')}>
        <Rings />
        {shown.map((peer, index) => (
          <Neighbour key={peer.device} peer={peer} index={index} count={shown.length} />
        ))}
        <image href={houseUrl(self.account, true)} x={-HOUSE / 2 - 4} y={-HOUSE / 2 - 6} width={HOUSE + 8} />
        <text y={HOUSE / 2 + 14} className={styles.name}>
          {short(self.name)}
        </text>
      </svg>
    </Section>
  )
}

function Rings() {
  const format = useFormat()
  return RINGS.map(ring => (
    <g key={ring.rttMs}>
      <ellipse rx={ring.radius * 1.3} ry={ring.radius} className={styles.ring} />
      <text y={-ring.radius - 3} className={styles.scale}>
        {format.milliseconds(ring.rttMs)}
      </text>
    </g>
  ))
}

function Neighbour({ peer, index, count }: { peer: Peer; index: number; count: number }) {
  const { x, y } = placeAround(index, count, radiusOf(peer.rttMs))
  return (
    <>
      <line x2={x} y2={y} className={styles.road} />
      <g transform={`translate(${x} ${y})`}>
        <image href={houseUrl(peer.account ?? peer.device, true)} x={-HOUSE / 2} y={-HOUSE / 2 - 4} width={HOUSE} />
        <text y={HOUSE / 2 + 8} className={styles.name}>
          {short(peer.name ?? `…${peer.device.slice(-6)}`)}
        </text>
      </g>
    </>
  )
}

function short(name: string): string {
  return name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH - 1)}…` : name
}
