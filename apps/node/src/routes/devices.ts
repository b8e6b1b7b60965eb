import { api, type Device as ApiDevice, type Linking as ApiLinking } from '@borgo/api'
import { BorgoError, parsePeerId } from '@borgo/core'
import type { BorgoNode, Device, LinkState } from '@borgo/core'
import type { EventBus } from '../events/bus.ts'
import { serve, type Served } from '../http/area.ts'

export function devicesRoutes({ node, bus }: { node: Pick<BorgoNode, 'devices' | 'linking'>; bus: EventBus }): Served {
  const { devices, linking } = node
  devices.onChange(() => bus.publish('devices', { what: 'list' }))
  linking.onChange(() => bus.publish('devices', { what: 'linking' }))

  return serve(api.devices, {
    list: () => devices.list().map(shown),
    async rename({ params, body }) {
      const device = parsePeerId(params.device)
      await devices.rename(device, body.label)
      const renamed = devices.list().find(one => one.device === device)
      if (!renamed) throw new BorgoError('DEVICE_UNKNOWN', 'this person has no such device any more')
      return shown(renamed)
    },
    revoke: ({ params }) => devices.revoke(parsePeerId(params.device)),
    linking: () => progress(linking.state),
    offer: ({ body }) => linking.offer(body),
    async open({ body: { link, label } }, { signal }) {
      await linking.open(link, { signal, ...(label !== undefined && { label }) })
      return progress(linking.state)
    },
    confirm() {
      linking.confirm()
      return progress(linking.state)
    },
    cancel: ({ query }) => linking.cancel(query)
  })
}

function shown({ lastSeenAt, ...device }: Device): ApiDevice {
  return { ...device, ...(lastSeenAt !== undefined && { lastSeenAt }) }
}

/** Without the link: it is told once, to who made it. */
function progress(state: LinkState): ApiLinking {
  switch (state.phase) {
    case 'offered':
      return { phase: state.phase, expiresAt: state.expiresAt }
    case 'comparing':
      return { ...state, words: [...state.words] }
    default:
      return state
  }
}
