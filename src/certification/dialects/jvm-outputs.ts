import type { Algorithm, Artifact, Checksum } from '../artifacts/artifact.ts'
import { ALGORITHMS, HEX_LENGTH } from '../artifacts/artifact.ts'
import { MalformedError } from '../../base/errors.ts'
import { bareNameProblem } from '../artifacts/segment.ts'
import { invalidField, missingField, quoted } from './field-error.ts'
import { readCoordinates, readGroup } from './jvm-coordinates.ts'

/** The largest of 11,795 real files has 2,488. */
const MAX_OUTPUTS = 100_000
/** Each has a path of its own. The largest real aggregate has 1,031. */
const MAX_MODULES = 5000

const CHECKSUM_KEYS: ReadonlyMap<string, Algorithm> = new Map(
  ALGORITHMS.map((algorithm) => [`checksums.${algorithm}`, algorithm]),
)

/** java.lang.Integer.MAX_VALUE: sbt reads a length as an Int. */
const MAX_INT = 2_147_483_647

/** outputs.N.property, outputs.M.coordinates, outputs.M.N.property */
const KEY = /^outputs\.([0-9]+)\.(?:([0-9]+)\.)?(.+)$/

interface Output {
  /** The number of the module in an aggregate. */
  readonly module: string | undefined
  readonly checksums: Checksum[]
  filename?: string
  length?: number
  group?: string
}

export interface Outputs {
  /** In the order of the file; a name can stand several times. */
  readonly artifacts: readonly Artifact[]
  /** group and artifact of every module, an aggregate's only. */
  readonly modules: readonly (readonly [string, string])[]
  /** Nothing in here that would break sbt's check: no module, no odd key, plain checksums, lengths of an Int. */
  readonly plain: boolean
}

/**
 * Reads `outputs.N.*` (one module) and `outputs.M.coordinates`, `outputs.M.N.*` (an aggregate), as
 * maven-artifact-plugin's BuildInfoWriter writes them. An artifact's group is its own, else that of
 * its module, else `headerGroup`. Keys that nobody has defined are left alone.
 * @throws MalformedError BUILDINFO_FIELD_MISSING, BUILDINFO_FIELD_INVALID
 */
export function readOutputs(properties: ReadonlyMap<string, string>, headerGroup: string): Outputs {
  const outputs = new Map<string, Output>()
  const modules = new Map<string, readonly [string, string]>()
  let plain = true
  for (const [key, value] of properties) {
    if (!key.startsWith('outputs')) continue
    const [, first = '', second, property = ''] = KEY.exec(key) ?? []
    if (second === undefined && property === 'coordinates') {
      modules.set(first, readCoordinates(key, value))
      if (modules.size > MAX_MODULES)
        throw new MalformedError(
          'BUILDINFO_FIELD_INVALID',
          `There are more than ${MAX_MODULES} modules; certify them in parts.`,
        )
      plain = false
      continue
    }
    const place = second === undefined ? first : `${first}.${second}`
    const output = outputs.get(place) ?? {
      module: second === undefined ? undefined : first,
      checksums: [],
    }
    if (!readProperty(output, property, { key, value })) {
      plain = false
      continue
    }
    if (second !== undefined || /[ \t]/.test(value)) plain = false
    outputs.set(place, output)
    if (outputs.size > MAX_OUTPUTS)
      throw new MalformedError(
        'BUILDINFO_FIELD_INVALID',
        `There are more than ${MAX_OUTPUTS} outputs; certify the modules one by one.`,
      )
  }
  const artifacts = [...outputs].map(([place, output]) => {
    const module = output.module === undefined ? undefined : modules.get(output.module)
    return toArtifact(`outputs.${place}`, output, module?.[0] ?? headerGroup)
  })
  plain &&= artifacts.every(
    ({ size = 0, checksums }) =>
      size <= MAX_INT && checksums.some(({ algorithm }) => algorithm === 'sha512'),
  )
  return { artifacts, modules: [...modules.values()], plain }
}

/** False if this property of an output is unknown. */
function readProperty(
  output: Output,
  property: string,
  { key, value }: { readonly key: string; readonly value: string },
): boolean {
  const algorithm = CHECKSUM_KEYS.get(property)
  if (algorithm !== undefined) {
    output.checksums.push({ algorithm, hex: readHex(key, value, algorithm) })
  } else if (property === 'filename') {
    const problem = bareNameProblem(value)
    if (problem !== undefined) throw invalidField(key, `${problem}: ${quoted(value)}`)
    output.filename = value
  } else if (property === 'length') {
    output.length = /^[0-9]{1,16}$/.test(value) ? Number(value) : Number.NaN
    if (!Number.isSafeInteger(output.length))
      throw invalidField(key, `must be a size in whole bytes, not ${quoted(value)}`)
  } else if (property === 'groupId') {
    output.group = readGroup(key, value)
  } else {
    return false
  }
  return true
}

/** Some generators have put the whole line of `sha512sum` there, with the path of the file on their disk. */
function readHex(key: string, value: string, algorithm: Algorithm): string {
  const hex = (value.split(/[ \t]/, 1)[0] ?? '').toLowerCase()
  if (hex.length === HEX_LENGTH[algorithm] && /^[0-9a-f]+$/.test(hex)) return hex
  throw invalidField(key, `needs ${HEX_LENGTH[algorithm]} hex digits, not ${quoted(value)}`)
}

function toArtifact(key: string, output: Output, inherited: string): Artifact {
  const { filename, length, checksums } = output
  if (filename === undefined) throw missingField(`${key}.filename`, 'Every output has a name.')
  if (length === undefined) throw missingField(`${key}.length`, 'Every output has a size.')
  if (checksums.length === 0)
    throw missingField(`${key}.checksums.sha512`, 'Every output has a checksum.')
  return { name: filename, group: output.group ?? inherited, size: length, checksums }
}
