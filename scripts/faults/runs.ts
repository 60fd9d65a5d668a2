/* Every fault run there is. What is not here is not run, and what is here has a short form that the tests run. */
import { churn } from './churn.ts'
import type { Run } from '../bench/run.ts'
import { doors } from './doors.ts'
import { kill } from './kill.ts'
import { partition } from './partition.ts'

export const FAULTS: Readonly<Record<string, Run>> = {
  kill: { run: kill, minutes: 20 },
  partition: { run: partition, minutes: 10 },
  churn: { run: churn, minutes: 15 },
  doors: { run: doors, minutes: 30 },
}
