import type { MavenSource } from '../artifacts/source-identifier.ts'
import type { Buildinfo, Dialect } from './dialect.ts'
import { invalidField, missingField, quoted } from './field-error.ts'
import { readCoordinates, readGroup, readMavenSegment } from './jvm-coordinates.ts'
import { type Outputs, readOutputs } from './jvm-outputs.ts'
import { readProperties } from './properties.ts'

type Properties = ReadonlyMap<string, string>

/** sbt writes the first, Maven the second, Gradle none. */
const FORMATS: readonly string[] = ['0.1-SNAPSHOT', '1.0-SNAPSHOT']

/** The last moment that a Date can hold, in milliseconds (ECMA-262, 21.4.1.1). */
const MAX_DATE = 8.64e15

/** The JVM's `.buildinfo`: https://reproducible-builds.org/docs/jvm/ */
export const jvm: Dialect = { name: 'jvm', envelope: 'openpgp', detached: true, read }

function read(text: string): Buildinfo {
  const properties = readProperties(text)
  const format = properties.get('buildinfo.version')
  if (format !== undefined && !FORMATS.includes(format))
    throw invalidField(
      'buildinfo.version',
      `must be ${FORMATS.join(' or ')}, not ${quoted(format)}`,
    )
  const [group, artifact] = readHeader(properties)
  const version = value(properties, 'version')
  if (version !== undefined) readMavenSegment('version', version)
  const outputs = readOutputs(properties, group)
  if (outputs.artifacts.length === 0)
    throw missingField('outputs.0.filename', 'Without outputs a buildinfo certifies nothing.')
  const builtAt = readMilliseconds(value(properties, 'date') ?? '')
  return {
    dialect: 'jvm',
    sources: readSources([group, artifact], outputs, version),
    artifacts: outputs.artifacts,
    stem: version === undefined ? artifact : `${artifact}-${version}`,
    ...(builtAt === undefined ? {} : { builtAt }),
    hasDate: builtAt !== undefined && outputs.plain && isPlainJava(text),
  }
}

function readHeader(properties: Properties): readonly [string, string] {
  const group = value(properties, 'group-id')
  const artifact = value(properties, 'artifact-id')
  if (group !== undefined && artifact !== undefined)
    return [readGroup('group-id', group), readMavenSegment('artifact-id', artifact)]
  // Gradle's files say it in `name=G:A`.
  const name = value(properties, 'name')
  if (name?.includes(':') === true) return readCoordinates('name', name)
  throw missingField(group === undefined ? 'group-id' : 'artifact-id', 'It says what was built.')
}

function readSources(
  header: readonly [string, string],
  { modules }: Outputs,
  version: string | undefined,
): [MavenSource, ...MavenSource[]] {
  const toSource = ([group, artifact]: readonly [string, string]): MavenSource => ({
    ecosystem: 'maven',
    group,
    artifact,
    ...(version === undefined ? {} : { version }),
  })
  const rest = new Map(modules.map((module) => [module.join(':'), toSource(module)]))
  rest.delete(header.join(':'))
  return [toSource(header), ...rest.values()]
}

function readMilliseconds(text: string): number | undefined {
  if (!/^[0-9]{1,16}$/.test(text)) return undefined
  const milliseconds = Number(text)
  return milliseconds <= MAX_DATE ? milliseconds : undefined
}

/**
 * sbt's check reads every file of a listing with java.util.Properties, and one that throws there takes
 * all others with it. A backslash is an escape to it (a bad one throws, one at the end of a line hides the next).
 */
const isPlainJava = (text: string): boolean => !text.includes('\\')

function value(properties: Properties, key: string): string | undefined {
  const found = properties.get(key)
  return found === '' ? undefined : found
}
