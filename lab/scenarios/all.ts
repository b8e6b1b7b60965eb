import type { Scenario } from '../scene.ts'
import { e1 } from './e1.ts'
import { e6 } from './e6.ts'
import { e7 } from './e7.ts'
import { e2, e3, e4, e5 } from './on-a-link.ts'
import { siege } from './siege.ts'
import { storm } from './storm.ts'

export const SCENARIOS: readonly Scenario[] = [e1, e2, e3, e4, e5, e6, e7, storm, siege]
