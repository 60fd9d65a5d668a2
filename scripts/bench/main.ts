/* npm run bench [-- submit|read|pages|costs|others|growth|memory|disk|paired|compression|sync|withholding|latency|traffic|mesh|feeds|scope|check|signatures|starts|beside] [--count N] [--short]: prints tables, leaves nothing behind. */
import { cpus, release } from 'node:os'
import { runNamed } from './run.ts'
import { BENCHES } from './runs.ts'

const processors = cpus()
process.stdout.write(
  `Node ${process.version}, Linux ${release()}, ${processors.length} × ${processors[0]?.model.trim() ?? 'processor'}\n`,
)
await runNamed('bench', BENCHES)
