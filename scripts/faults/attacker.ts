/* `ATTACK[,ATTACK…] URL ADDRESS FOLDER`: attacks a node with half of a processor until it is killed; says `begun` once all is under way. */
// oxlint-disable-next-line import/no-unassigned-import -- first of all
import '../../src/base/node20.ts'
import { ATTACKS } from './attacks.ts'
import { halfACore } from './half-a-core.ts'

const [names = '', url = '', address = '', folder = ''] = process.argv.slice(2)
const attacks = names.split(',').map((name) => {
  const attack = ATTACKS[name]
  if (attack === undefined) throw new Error(`no attack is called ${name}`)
  return attack
})
const pace = halfACore()
let left = attacks.length
// what the other side breaks off is no news
process.on('unhandledRejection', () => undefined)
await Promise.all(
  attacks.map((attack) => {
    let isBegun = false
    const begun = (): void => {
      left -= isBegun ? 0 : 1
      if (!isBegun && left === 0) process.stdout.write('begun\n')
      isBegun = true
    }
    return attack({ url, address, folder, pace, begun })
  }),
)
