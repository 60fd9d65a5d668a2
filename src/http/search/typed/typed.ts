import { idPrefixOf } from '../../../certification/file-name.ts'
import { nameAndVersion, pathSteps, readAddress, segmentsOf } from './address.ts'
import { readCoordinates, readPurl } from './coordinates.ts'
import { readHashes } from './hashes.ts'
import { type Meaning, plainVersion, type Step } from './meaning.ts'
/** Pairs of words that are looked up; a line of `dpkg -l` has five. */
const PAIRS = 8

/** What somebody typed or pasted, and what it may mean: the likeliest first. */
export interface Typed {
  /** Without what stood around it. Empty if nothing is left. */
  readonly text: string
  readonly steps: readonly Step[]
}

/** Any text. Pure, and linear in its length. */
export function readTyped(given: string): Typed {
  const text = unwrapped(given)
  return { text, steps: text === '' ? [] : stepsOf(text, true).filter((step) => step.length > 0) }
}

/** Without quotes, brackets, blanks and marks around it, as they come along when something is copied. */
function unwrapped(given: string): string {
  let text = given
    .normalize('NFC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim()
  for (;;) {
    const inner = text
      .replace(/^(["'`“”‘’«»‹›„]+)(.*?)["'`“”‘’«»‹›]*$/u, '$2')
      .replace(/^[<([{]([^<>()[\]{}]*)[>)\]}]$/, '$1')
      .replace(/["'`”’»›,;]+$/u, '')
      .trim()
    if (inner === text) return text
    text = inner
  }
}

function stepsOf(text: string, isFirst: boolean): readonly Step[] {
  const purl = readPurl(text)
  if (purl !== undefined) return purl.map((meaning) => [meaning])
  const address = readAddress(text)
  if (address !== undefined) {
    const { segments, asked } = address
    // a page of ours that asks for something leads there
    const asking = isFirst ? asked.flatMap((one) => stepsOf(one, false)) : []
    return [ownFile(segments.at(-1)), readHashes(text), ...asking, ...pathSteps(segments)]
  }
  const file = ownFile(text.split('/').at(-1))
  const hashes = readHashes(text)
  const version = plainVersion(text)
  const words = text.split(/[\s/]+/).filter((word) => word !== '')
  const plain: Step = [
    { kind: 'file', name: text },
    { kind: 'path', segments: words },
    { kind: 'named', name: text, versions: [] },
    { kind: 'version', version },
  ]
  const coordinates = /[:%<=]/.test(text) ? readCoordinates(text) : undefined
  return [
    file,
    [...hashes, ...(coordinates === undefined ? plain : [])],
    ...(coordinates ?? []),
    ...(coordinates === undefined ? [] : [plain]),
    [{ kind: 'file', name: text.toLowerCase() }],
    nameAndVersion(text),
    ...(text.includes('/') ? pathSteps(segmentsOf(text)) : []),
    pairs(words),
  ]
}

/** A name of ours carries the beginning of an id. */
function ownFile(name = ''): readonly Meaning[] {
  const hex = idPrefixOf(name.replace(/(?:\.(?:asc|sha1|md5))+$/, ''))
  return hex === undefined ? [] : [{ kind: 'hex', hex }]
}

/** `ii hello 2.10-3 amd64 example package`: a name, and its version behind it. */
const pairs = (words: readonly string[]): readonly Meaning[] =>
  words.length < 3
    ? []
    : words.slice(0, PAIRS).flatMap((name, at): readonly Meaning[] => {
        const version = plainVersion(words[at + 1] ?? '')
        return /^\d/.test(version) ? [{ kind: 'named', name, versions: [version] }] : []
      })
