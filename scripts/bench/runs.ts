/* Every bench there is. What is not here is not run, and what is here has a short form that the tests run. */
import { beside } from './beside.ts'
import { check } from './check.ts'
import { compression } from './compression.ts'
import { costs } from './costs.ts'
import { disk } from './disk.ts'
import { feeds } from './feeds.ts'
import { growth } from './growth.ts'
import { latency } from './latency.ts'
import { memory } from './memory.ts'
import { mesh } from './mesh.ts'
import { others } from './others.ts'
import { pages } from './pages.ts'
import { paired } from './paired.ts'
import { read } from './read.ts'
import type { Run } from './run.ts'
import { scope } from './scope.ts'
import { signatures } from './signatures.ts'
import { starts } from './starts.ts'
import { submit } from './submit.ts'
import { sync } from './sync.ts'
import { traffic } from './traffic.ts'
import { withholding } from './withholding.ts'

export const BENCHES: Readonly<Record<string, Run>> = {
  submit: { run: submit, minutes: 15 },
  read: { run: read, minutes: 15 },
  pages: { run: pages, minutes: 15 },
  costs: { run: (count) => costs(count), minutes: 40 },
  others: { run: (count) => others(count), minutes: 30 },
  growth: { run: growth, minutes: 30 },
  memory: { run: memory, minutes: 60 },
  disk: { run: disk, minutes: 20 },
  paired: { run: paired, minutes: 20 },
  compression: { run: compression, minutes: 5 },
  sync: { run: sync, minutes: 30 },
  withholding: { run: withholding, minutes: 30 },
  latency: { run: latency, minutes: 15 },
  traffic: { run: traffic, minutes: 15 },
  mesh: { run: mesh, minutes: 60 },
  feeds: { run: feeds, minutes: 10 },
  scope: { run: scope, minutes: 30 },
  check: { run: check, minutes: 10 },
  signatures: { run: signatures, minutes: 5 },
  starts: { run: starts, minutes: 5 },
  beside: { run: beside, minutes: 60 },
}
