import { parentPort, workerData } from 'node:worker_threads'
import { seedChance } from './chance.ts'
import type { SimulationOptions } from './simulate.ts'
import { simulation } from './simulation.ts'

// The thread that `simulate` starts: see there.
for (const options of workerData as Required<SimulationOptions>[]) {
  const [wallStart, cpuStart] = [performance.now(), process.threadCpuUsage()]
  seedChance(options.seed)
  const report = await simulation(options, line => {
    parentPort?.postMessage(`${line}, ${seconds(performance.now() - wallStart)} s of ours`)
  })
  const { user, system } = process.threadCpuUsage(cpuStart)
  const cpuSeconds = seconds((user + system) / 1_000)
  parentPort?.postMessage({ ...report, wallSeconds: seconds(performance.now() - wallStart), cpuSeconds })
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10
}
