import type { SimulationReport } from './simulate.ts'

const KIB = 1_024

/** A report as a few lines for people; the last one is the command that repeats it. */
export function summary(report: SimulationReport): string {
  const { seed, nodes, scenario, minutes, records, coverage, convergedMs, leaks } = report
  const { bytesPerNode, connectionsPerNode, deliveryMs, complaints } = report
  const share = `${(100 * coverage).toFixed(coverage === 1 ? 0 : 3)} %`
  const lines = [
    `${nodes} nodes, ${scenario} for ${minutes} min: ${records} records, ${share} of what was due is there`,
    convergedMs === null ? 'the members did NOT come to have the same' : `the same everywhere after ${convergedMs} ms`,
    leaks > 0 ? `${leaks} records were READ by who was out` : 'nobody read anything after being removed',
    `delivered within ${deliveryMs.p50} ms (half), ${deliveryMs.p99} ms (99 %), ${deliveryMs.max} ms (all)`,
    `${kib(bytesPerNode.mean)} a node, ${kib(bytesPerNode.max)} at most; ${kib(bytesPerNode.idleHour)} in an idle hour`,
    `${connectionsPerNode.mean.toFixed(1)} connections a node, ${connectionsPerNode.max} at most`,
    ...Object.entries(complaints).map(([text, times]) => `${times} times: ${text}`),
    `trace ${report.trace}; ${report.wallSeconds} s, ${report.cpuSeconds} s of CPU`,
    `npm run simulate -- --nodes ${nodes} --seed ${seed} --scenario ${scenario} --minutes ${minutes}`
  ]
  return lines.join('\n')
}

function kib(bytes: number): string {
  return `${(bytes / KIB).toFixed(1)} KiB`
}
