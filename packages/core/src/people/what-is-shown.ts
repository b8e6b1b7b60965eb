import type { PeerId } from '../ids.ts'
import type { NearSetting } from './near.ts'
import type { App, PublishedObject, Scope } from './objects.ts'
import type { Standing } from './standings.ts'
import { claimOf } from './presence.ts'
import type { Audience, PresenceSetting } from './presence.ts'
import type { View } from './watch/serving.ts'
import { keyOf } from './watch/protocol.ts'
import type { Item } from './watch/protocol.ts'

/** Everything that this device could show to somebody. */
export interface Showcase {
  presence: PresenceSetting
  /** Nobody is at this device. */
  isIdle: boolean
  /** Somebody was at this device, once. */
  isAttended: boolean
  near: NearSetting
  objects: readonly PublishedObject[]
  apps: readonly (App & { scope: Scope })[]
}

/** Who looks. */
export type Viewer = Standing & {
  device: PeerId
  /** Seen by discovery on the same link. */
  isOnLink: boolean
}

/** What of it one viewer may see (SPEC K-13, K-15, K-16). */
export function whatIsShown(
  { presence, isAttended, isIdle, near, objects, apps }: Showcase,
  viewer: Viewer,
  now: number
): View {
  const view = new Map<string, { stamp: string; item(): Item }>()
  const show = (key: string, stamp: string, item: () => Item): void => void view.set(key, { stamp, item })
  // Who has not said who they are may be anybody, also somebody who is blocked.
  if (viewer.isBlocked || viewer.account === undefined) return view

  const claim = claimOf(presence, isIdle)
  if (claim.state !== 'offline' && isInAudience(presence.audience, viewer))
    show('presence', JSON.stringify(claim), () => ({ type: 'presence', ...claim }))
  if (isAttended && viewer.isSelf) show('attended', '', () => ({ type: 'attended' }))
  if (near.on && viewer.isOnLink)
    show('near', JSON.stringify(near.interests), () => ({ type: 'near', interests: near.interests }))
  for (const { id, type: kind, data, scope, publishedAt, expiresAt } of objects) {
    if (!isInScope(scope, viewer)) continue
    const expiresInMs = expiresAt === undefined ? null : Math.max(0, expiresAt - now)
    show(`object/${id}`, String(publishedAt), () => ({ type: 'object', id, kind, data, publishedAt, expiresInMs }))
  }
  for (const { id, name, capabilities, scope } of apps) {
    if (!isInScope(scope, viewer)) continue
    const item: Item = { type: 'app', id, name, capabilities }
    show(keyOf(item), JSON.stringify(item), () => item)
  }
  return view
}

function isInAudience(audience: Audience, viewer: Viewer): boolean {
  if (viewer.isSelf) return true
  switch (audience) {
    case 'nobody':
      return false
    case 'verified':
      return viewer.isVerified
    case 'contacts':
      return viewer.isContact
    case 'groups':
      return viewer.isContact || viewer.isMember()
    case 'everyone':
      return true
  }
}

function isInScope(scope: Scope, viewer: Viewer): boolean {
  if (viewer.isSelf || scope === 'all') return true
  if (scope === 'link') return viewer.isOnLink
  return scope === 'contacts' ? viewer.isContact : viewer.isMember(scope)
}
