import { generateKey, type KeyOptions } from 'openpgp'
import { concat, uint32 } from '../../src/certification/signatures/octets.ts'
import { isSignedBy } from '../../src/certification/signatures/openpgp.ts'
import { verifiedKeysOf, readUpload } from '../../src/certification/signatures/public-key.ts'
import { confirms } from '../../src/certification/signatures/second-reader.ts'
import {
  secondCost,
  verificationCost,
} from '../../src/certification/signatures/verification-cost.ts'
import { sized } from './sized.ts'
import { digits } from './statistics.ts'
import { table } from './table.ts'

const ROUNDS = sized(40, 2)

type Kind = Pick<KeyOptions, 'type' | 'curve' | 'rsaBits'>

const KINDS: readonly Kind[] = [
  { type: 'rsa', rsaBits: 2048 },
  { type: 'rsa', rsaBits: 4096 },
  ...(
    [
      'nistP256',
      'nistP384',
      'nistP521',
      'secp256k1',
      'brainpoolP256r1',
      'brainpoolP384r1',
      'brainpoolP512r1',
      'ed25519Legacy',
    ] as const
  ).map((curve): Kind => ({ type: 'ecc', curve })),
  { type: 'curve448' },
]

/** What one verification takes by node:crypto and by openpgp.js, beside what the table of costs charges for it. */
export async function signatures(): Promise<string> {
  const rows: string[][] = []
  for (const kind of KINDS) rows.push(await measure(kind))
  return [
    `signatures: microseconds of one verification, the least of ${ROUNDS}, and units of the table`,
    table(['', 'node:crypto', 'units', 'openpgp.js', 'units'], rows),
  ].join('\n')
}

async function measure(kind: Kind): Promise<string[]> {
  const { privateKey } = await generateKey({
    ...kind,
    userIDs: [{ name: 'Bench' }],
    format: 'object',
    config: { rejectCurves: new Set(), minRSABits: 1024 },
  })
  const [read] = (await readUpload(new Uint8Array(privateKey.toPublic().write()))).keys
  const [key] = read === undefined ? [] : verifiedKeysOf(read.key.bytes)
  const [named] = key?.userIds ?? []
  const signature = named?.certification
  if (key === undefined || named === undefined || signature === undefined)
    throw new Error(`no key of the kind ${kind.curve ?? kind.type}`)
  const { primary } = key
  const { octets } = named
  const signed = [primary.framed, concat([Uint8Array.of(0xb4), uint32(octets.length), octets])]
  const ours = await least(() => isSignedBy(signature, primary, signed))
  const theirs = await least(() => confirms({ signature, primary, on: { userId: octets } }))
  return [
    kind.curve ?? `${kind.type ?? ''}${kind.rsaBits ?? ''}`,
    digits(ours),
    String(verificationCost(primary.material)),
    digits(theirs),
    String(secondCost(primary.material)),
  ]
}

/** Microseconds. */
async function least(verify: () => boolean | Promise<boolean>): Promise<number> {
  let best = Infinity
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = performance.now()
    if (!(await verify())) throw new Error('a good signature was found wrong')
    best = Math.min(best, (performance.now() - begun) * 1000)
  }
  return best
}
