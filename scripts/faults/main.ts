/* npm run faults [-- kill|partition] [--count N] [--short]: breaks real nodes and says what became of what they had acknowledged. */
import { runNamed } from '../bench/run.ts'
import { FAULTS } from './runs.ts'

await runNamed('faults', FAULTS)
