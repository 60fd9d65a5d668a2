/* `ATTACK URL ADDRESS FOLDER`: attacks a node with half of a processor until it is killed; says `begun` once it is under way. */
// oxlint-disable-next-line import/no-unassigned-import -- first of all
import '../../src/node20.ts'
import { ATTACKS } from './attacks.ts'
import { halfACore } from './half-a-core.ts'

const [name = '', url = '', address = '', folder = ''] = process.argv.slice(2)
const attack = ATTACKS[name]
if (attack === undefined) throw new Error(`no attack is called ${name}`)
let isBegun = false
// what the other side breaks off is no news
process.on('unhandledRejection', () => undefined)
await attack({
  url,
  address,
  folder,
  pace: halfACore(),
  begun: () => {
    if (!isBegun) process.stdout.write('begun\n')
    isBegun = true
  },
})
