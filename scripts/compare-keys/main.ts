/*
 * npm run compare-keys -- FOLDER…: reads every public key file below these folders as we do, as GnuPG does and as sq does, and prints
 * each key and subkey about which we disagree, with a judgement. Exit 1 where we let a key sign that both others refuse.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readByGpg } from './gpg.ts'
import { isTooNew, judge } from './judgements.ts'
import { readByUs } from './ours.ts'
import { type Compared, effectOf, type Reading, type Verdict } from './reading.ts'
import { readBySequoia } from './sequoia.ts'

const MOST_BYTES = 1_048_576

function* filesBelow(folder: string): Generator<string, void, void> {
  const found = statSync(folder)
  if (found.isFile()) yield folder
  if (!found.isDirectory()) return
  for (const entry of readdirSync(folder, { withFileTypes: true }).toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  ))
    if (entry.isDirectory() || entry.isFile()) yield* filesBelow(join(folder, entry.name))
}

/** A public key packet in front, or armor of one: not a program that quotes one. */
function isKeyFile(bytes: Uint8Array): boolean {
  const first = bytes[0] ?? 0
  const tag = (first & 0x40) === 0 ? (first >>> 2) & 0x0f : first & 0x3f
  if ((first & 0x80) !== 0) return tag === 6
  const [line] = Buffer.from(bytes.subarray(0, 256)).toString('latin1').trimStart().split('\n')
  return line?.trimEnd() === '-----BEGIN PGP PUBLIC KEY BLOCK-----'
}

const fold = (readings: readonly (Reading | undefined)[]): readonly string[] => [
  ...new Set(readings.flatMap((reading) => [...(reading?.keys() ?? [])])),
]

const verdictOn = (reading: Reading, fingerprint: string): Verdict =>
  reading.get(fingerprint) ?? 'no'

async function compare(path: string): Promise<readonly Compared[]> {
  const {
    reading: ours,
    leftOut,
    withoutFlags,
  } = await readByUs(new Uint8Array(readFileSync(path)))
  const gpg = readByGpg(path)
  const sequoia = readBySequoia(path)
  return fold([ours, gpg, sequoia]).map((fingerprint) => ({
    file: path,
    fingerprint,
    ours: verdictOn(ours, fingerprint),
    gpg: gpg && verdictOn(gpg, fingerprint),
    sequoia: sequoia && verdictOn(sequoia, fingerprint),
    leftOut,
    isWithoutFlags: withoutFlags.has(fingerprint),
  }))
}

/** Does anybody else read it otherwise? Who refuses old signatures says nothing of it. */
const differs = ({ ours, gpg, sequoia }: Compared): boolean =>
  [gpg, sequoia].some(
    (theirs) => theirs !== undefined && theirs !== 'policy' && effectOf(theirs) !== effectOf(ours),
  )

/** What we take and all others refuse, though they know its kind. */
const isRefusedByAll = (one: Compared): boolean =>
  effectOf(one.ours) !== 'none' &&
  !isTooNew(one) &&
  [one.gpg, one.sequoia].every(
    (theirs) => theirs !== undefined && effectOf(theirs) === 'none' && theirs !== 'policy',
  )

const folders = process.argv.slice(2)
if (folders.length === 0) {
  process.stderr.write('Name folders with public keys: npm run compare-keys -- FOLDER…\n')
  process.exit(64)
}
let files = 0
let parts = 0
const differing: Compared[] = []
for (const path of folders.flatMap((folder) => [...filesBelow(folder)])) {
  if (statSync(path).size > MOST_BYTES || !isKeyFile(readFileSync(path))) continue
  files += 1
  const compared = await compare(path)
  parts += compared.length
  differing.push(...compared.filter(differs))
  if (process.stderr.isTTY) process.stderr.write(`\r${files} files`)
}
if (process.stderr.isTTY) process.stderr.write('\r')

const lines = differing.map((one) => {
  const name = one.file.split('/').slice(-3).join('/')
  return `| ${name} | ${one.fingerprint.slice(-16)} | ${one.ours} | ${one.gpg ?? '–'} | ${one.sequoia ?? '–'} | ${judge(one) ?? '**not judged**'} |`
})
process.stdout.write(
  `| file | key | we | gpg | sq | judgement |\n| --- | --- | --- | --- | --- | --- |\n${[...new Set(lines)].join('\n')}\n`,
)
const wrong = differing.filter(isRefusedByAll)
const unjudged = differing.filter((one) => judge(one) === undefined)
process.stdout.write(
  `\n${files} files, ${parts} keys and subkeys, ${differing.length} read otherwise by somebody, ${unjudged.length} not judged, ${wrong.length} taken here that both others refuse\n`,
)
process.exitCode = wrong.length > 0 ? 1 : 0
