/* npm run faults [-- kill|partition|churn|doors] [--count N] [--only PART] [--short]: breaks real nodes and says what became of what they had acknowledged. */
// oxlint-disable-next-line import/no-unassigned-import -- first of all
import '../../src/base/node20.ts'
import { runNamed } from '../bench/run.ts'
import { FAULTS } from './runs.ts'

await runNamed('faults', FAULTS)
