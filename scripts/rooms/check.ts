/*
 * Does src/ stand as rooms.ts says, is the map of src/README.md the same, and do comments and documents name what there is? Says
 * what does not, and ends with 1 then.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'oxc-parser'
import { staleReferences } from './references.ts'
import { PACKAGES, type Room, ROOMS, SMALL } from './rooms.ts'

export interface Plan {
  readonly rooms: readonly Room[]
  readonly small: ReadonlyMap<string, string>
  readonly packages: typeof PACKAGES
}

const FEWEST_LINES = 25

/** The map as it stands in src/README.md: a line for each room, the highest first. */
export function mapOf(rooms: readonly Room[]): string {
  const width = Math.max(...rooms.map(({ name }) => name.length))
  const lines = rooms.map(({ floor, name, says }) => `${floor}  ${name.padEnd(width)}  ${says}`)
  return lines.toReversed().join('\n')
}

/**
 * @param files paths below src/ with their texts
 * @returns a sentence for each fault
 */
export function faultsOf(files: ReadonlyMap<string, string>, plan: Plan): readonly string[] {
  const { rooms, small, packages } = plan
  const requests = new Map([...files].map(([file, text]) => [file, requestsOf(file, text)]))
  const imports = new Map([...requests].map(([file, found]) => [file, importsOf(file, found)]))
  return [
    ...rooms.flatMap((room, at) => faultsOfRoom(room, rooms.slice(0, at))),
    ...[...imports].flatMap(([file, found]) => faultsOfImports(file, found, rooms)),
    ...[...requests].flatMap(([file, found]) => faultsOfPackages(file, found, packages)),
    ...[...files].flatMap(([file, text]) => faultsOfSize(file, text, { imports, small })),
  ]
}

const roomOf = (file: string): string => posix.dirname(file)

/** Does a line of an allow-list name that room? */
function names(line: string, room: string): boolean {
  if (line === '*') return true
  return line.endsWith('/*') ? `${room}/`.startsWith(line.slice(0, -1)) : line === room
}

function faultsOfRoom({ name, imports }: Room, before: readonly Room[]): readonly string[] {
  return imports
    .filter((line) => !before.some((one) => names(line, one.name)))
    .map((line) => `rooms.ts: ${name} may import ${line}, which does not stand before it`)
}

/** Whatever a file imports, types and what is loaded later too. */
function requestsOf(file: string, text: string): readonly string[] {
  const { module, errors } = parseSync(file, text)
  const [error] = errors
  if (error !== undefined) throw new Error(`${file}: ${error.message}`)
  return [
    ...module.staticImports.map((one) => one.moduleRequest.value),
    ...module.staticExports.flatMap((one) =>
      one.entries.flatMap((entry) => entry.moduleRequest?.value ?? []),
    ),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) =>
      text.slice(start + 1, end - 1),
    ),
  ]
}

/** Which files of src/ these are. */
function importsOf(file: string, requests: readonly string[]): readonly string[] {
  const own = requests.filter((request) => request.startsWith('.'))
  return [...new Set(own.map((request) => posix.join(roomOf(file), request)))]
}

function faultsOfImports(
  file: string,
  imports: readonly string[],
  rooms: readonly Room[],
): readonly string[] {
  const own = rooms.findIndex(({ name }) => name === roomOf(file))
  const room = rooms[own]
  if (room === undefined) return [`${file}: rooms.ts does not name the room ${roomOf(file)}`]
  return imports.flatMap((other) => {
    const at = rooms.findIndex(({ name }) => name === roomOf(other))
    if (at === own || other.startsWith('../')) return []
    if (at > own) return [`${file} imports ${other}, which is above it`]
    if (room.imports.some((line) => names(line, roomOf(other)))) return []
    return [`${file} imports ${other}, which rooms.ts does not allow ${room.name}`]
  })
}

function faultsOfPackages(
  file: string,
  requests: readonly string[],
  packages: typeof PACKAGES,
): readonly string[] {
  return packages
    .filter(([, rooms]) => !rooms.some((line) => names(line, roomOf(file))))
    .filter(([name]) => requests.some((one) => one === name || one.startsWith(`${name}/`)))
    .map(
      ([name, rooms]) =>
        `${file} imports ${name}, which ${rooms.length === 0 ? 'no room' : `only ${rooms.join(', ')}`} may know`,
    )
}

function faultsOfSize(
  file: string,
  text: string,
  { imports, small }: Pick<Plan, 'small'> & { imports: ReadonlyMap<string, readonly string[]> },
): readonly string[] {
  const lines = text.split('\n').length - 1
  if (lines >= FEWEST_LINES || small.has(file)) return []
  const importers = [...imports].filter(([, found]) => found.includes(file))
  const [importer] = importers
  if (importer === undefined || importers.length > 1) return []
  return [`${file} has ${lines} lines, and only ${importer[0]} imports it: put it there`]
}

const pathsIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) =>
    file.split(sep).join('/'),
  )

/** What of these files is a text, by its path below `src`. */
const readAll = (src: string, paths: readonly string[]): ReadonlyMap<string, string> =>
  new Map(paths.map((file) => [file, readFileSync(join(src, file), 'utf8')]))

function check(): void {
  const top = fileURLToPath(new URL('../..', import.meta.url))
  const src = join(top, 'src')
  const paths = pathsIn(src)
  const sources = readAll(
    src,
    paths.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts')),
  )
  const documents = readAll(
    src,
    paths.filter((file) => file.endsWith('.md')),
  )
  const all = ['src', 'scripts', 'test'].flatMap((folder) =>
    pathsIn(join(top, folder)).map((file) => `${folder}/${file}`),
  )
  const faults = [
    ...faultsOf(sources, { rooms: ROOMS, small: SMALL, packages: PACKAGES }),
    ...staleReferences(sources, documents, all),
  ]
  const map = mapOf(ROOMS)
  if (!readFileSync(join(src, 'README.md'), 'utf8').includes(`\n${map}\n`))
    faults.push(`src/README.md: the map should be\n\n${map}\n`)
  for (const fault of faults) process.stderr.write(`${fault}\n`)
  process.exitCode = faults.length > 0 ? 1 : 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) check()
