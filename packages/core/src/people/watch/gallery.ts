import type { AccountId, PeerId } from '../../ids.ts'
import type { NearPerson } from '../near.ts'
import type { App, SeenObject } from '../objects.ts'
import { bestOf } from '../presence.ts'
import type { PresenceClaim } from '../presence.ts'
import type { Item } from './protocol.ts'
import type { Held, Watching } from './watching.ts'

type HeldOf<T extends Item['type']> = Extract<Held, { type: T }>

/** What people show, put together from their devices. */
export interface Gallery {
  presence(account: AccountId): PresenceClaim
  /** The newest version of each object. */
  objects(options?: { account?: AccountId; type?: string }): SeenObject[]
  apps(account: AccountId): App[]
  /** Who shows themselves to the link, of these devices. */
  near(isOnLink: (device: PeerId) => boolean): NearPerson[]
}

export function gallery(deps: {
  watching: Pick<Watching, 'items' | 'devices'>
  personOf(device: PeerId): { account: AccountId; name: string } | undefined
}): Gallery {
  const { watching, personOf } = deps

  const all = function* <T extends Item['type']>(
    type: T,
    of?: AccountId
  ): Generator<{ device: PeerId; account: AccountId; name: string; item: HeldOf<T> }> {
    for (const device of watching.devices()) {
      const person = personOf(device)
      if (!person || (of !== undefined && person.account !== of)) continue
      for (const item of watching.items(device))
        if (item.type === type) yield { ...person, device, item: item as HeldOf<T> }
    }
  }

  return {
    presence: account => bestOf([...all('presence', account)].map(({ item: { state, text } }) => ({ state, text }))),
    objects({ account: of, type } = {}) {
      const newest = new Map<string, SeenObject>()
      for (const { account, item } of all('object', of)) {
        const { id, kind, data, publishedAt, expiresAt } = item
        const known = newest.get(`${account} ${id}`)
        if ((type !== undefined && kind !== type) || (known && known.publishedAt >= publishedAt)) continue
        newest.set(`${account} ${id}`, { account, id, type: kind, data, publishedAt, expiresAt })
      }
      return [...newest.values()]
    },
    apps(account) {
      const found = [...all('app', account)].map(({ item: { id, name, capabilities } }) => ({ id, name, capabilities }))
      return [...new Map(found.map(app => [app.id, app])).values()]
    },
    near(isOnLink) {
      const people = new Map<AccountId, NearPerson>()
      for (const { account, device, item, name } of all('near')) {
        if (!isOnLink(device)) continue
        const devices = [...(people.get(account)?.devices ?? []), device]
        people.set(account, { account, name, interests: item.interests, devices })
      }
      return [...people.values()]
    }
  }
}
