import type { IpReach, NodeStatus, UpnpState } from '@borgo/api'
import type { BorgoNode, Budget } from '@borgo/core'
import type { Metric } from '../http/metrics.ts'

const UPNP_STATES: readonly UpnpState['state'][] = ['off', 'searching', 'mapped', 'failed']

/** What a node tells Prometheus: figures, and names of parts and budgets; nothing of what people write or who they are. */
export function nodeMetrics(options: {
  node: Pick<BorgoNode, 'budgets' | 'groups' | 'shutOut' | 'storage'>
  read: () => NodeStatus
  /** Answers of the API so far, by status. */
  answered: () => ReadonlyMap<number, number>
}): Metric[] {
  const { answered, node, read } = options
  return [
    { name: 'borgo_peers', help: 'Connected devices', read: () => read().peers },
    {
      name: 'borgo_reachable',
      help: 'Whether somebody came in from a public address, by version of IP: 1 or 0',
      read: () => {
        const { ipv4, ipv6 } = read().reach
        return { label: 'ip', values: [['4', isReachable(ipv4)] as const, ['6', isReachable(ipv6)] as const] }
      }
    },
    { name: 'borgo_relays', help: 'Members that relay for this node', read: () => read().reach.relays.length },
    {
      name: 'borgo_upnp',
      help: 'What came of asking the router for a way in: 1 for the state it is in',
      read: () => {
        const { state } = read().reach.upnp
        return { label: 'state', values: UPNP_STATES.map(each => [each, each === state ? 1 : 0] as const) }
      }
    },
    {
      name: 'borgo_dht_nodes',
      help: 'Nodes in the routing tables of the DHT',
      read: () => {
        const { lan, wan } = read().reach.dht
        return { label: 'table', values: [['lan', lan.peers] as const, ['wan', wan.peers] as const] }
      }
    },
    {
      name: 'borgo_denied',
      help: 'Who is kept out now: devices, and hosts',
      read: () => {
        const denials = node.shutOut.list()
        const devices = denials.filter(({ peer }) => peer !== undefined).length
        const hosts = denials.filter(({ host }) => host !== undefined).length
        return { label: 'what', values: [['device', devices] as const, ['host', hosts] as const] }
      }
    },
    { name: 'borgo_groups', help: 'Groups this node is in', read: () => read().groups },
    {
      name: 'borgo_log_records',
      help: 'Records of groups and conversations that are here',
      read: () =>
        node.groups.list().reduce(
          (sum, group) =>
            group
              .vector()
              .values()
              .reduce((a, b) => a + b, sum),
          0
        )
    },
    {
      name: 'borgo_storage_bytes',
      help: 'Bytes of records and files on the disk, by plugin',
      read: () => ({
        label: 'plugin',
        values: node.storage
          .use()
          .plugins.map(({ keptBytes, plugin, recordBytes }) => [plugin, recordBytes + keptBytes] as const)
      })
    },
    {
      name: 'borgo_budget_amount',
      help: 'What each budget that is set allows, in its unit',
      read: () => ({
        label: 'budget',
        values: node.budgets.list().map(budget => [nameOf(budget), budget.amount] as const)
      })
    },
    {
      name: 'borgo_budget_used',
      help: 'What is used of each budget that is set; of one for each, by whoever uses most',
      read: () => ({
        label: 'budget',
        values: node.budgets.list().map(budget => [nameOf(budget), budget.used] as const)
      })
    },
    {
      name: 'borgo_plugin_running',
      help: 'Whether each plugin runs: 1 or 0',
      read: () => ({
        label: 'plugin',
        values: read().plugins.map(({ name, state }) => [name, state === 'running' ? 1 : 0] as const)
      })
    },
    {
      name: 'borgo_traffic_bytes_total',
      help: 'Bytes moved to and from peers',
      read: () => {
        const { bytesIn, bytesOut } = read().traffic
        return { label: 'direction', values: [['in', bytesIn] as const, ['out', bytesOut] as const] }
      }
    },
    {
      name: 'borgo_http_answers_total',
      help: 'Answers of the API by status',
      read: () => ({
        label: 'status',
        values: [...answered()].map(([status, count]) => [String(status), count] as const)
      })
    }
  ]
}

/** Such as `node up`, `plugin rtc streams`, `group each storage`. */
const nameOf = ({ resource, scope: { id, kind }, when }: Budget): string =>
  [kind, ...(kind === 'node' ? [] : [id ?? 'each']), resource, ...(when === undefined ? [] : [when])].join(' ')

const isReachable = ({ state }: IpReach): number => (state === 'reachable' ? 1 : 0)
