import type { FastifyInstance } from 'fastify'
import type { Gauge, Registry } from 'prom-client'

/** One number of the node, read when somebody asks. */
export interface Metric {
  /** `borgo_…`, with its unit; `_total` when it only grows. */
  name: string
  help: string
  /** A number, or one for each value of the label. */
  read(): number | { label: string; values: Iterable<readonly [string, number]> }
}

/** `GET /metrics` for Prometheus. The library is loaded at the first scrape: most nodes never see one. */
export function addMetrics(app: FastifyInstance, metrics: readonly Metric[]): void {
  let registry: Promise<Registry> | undefined
  app.get('/metrics', { config: { scope: 'metrics' } }, async (_request, reply) => {
    const loaded = await (registry ??= createRegistry(metrics))
    return reply.type(loaded.contentType).send(await loaded.metrics())
  })
}

async function createRegistry(metrics: readonly Metric[]): Promise<Registry> {
  const { collectDefaultMetrics, Gauge, Registry } = await import('prom-client')
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const { name, help, read } of metrics) {
    const now = read()
    const labelNames = typeof now === 'number' ? [] : [now.label]
    new Gauge({ name, help, labelNames, registers: [registry], collect: collector(read) })
  }
  return registry
}

function collector(read: Metric['read']) {
  return function (this: Gauge): void {
    const now = read()
    this.reset()
    if (typeof now === 'number') this.set(now)
    else for (const [value, number] of now.values) this.set({ [now.label]: value }, number)
  }
}
