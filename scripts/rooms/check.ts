/*
 * Does src/ stand as rooms.ts says, is the map of src/README.md the same, do comments and documents name what there is, is
 * what is exported named elsewhere, is it said who closes what is opened, and has each room tests of its own? Says what
 * does not, and ends with 1 then.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync, Visitor } from 'oxc-parser'
import { faultsOfDocstrings } from './docstrings.ts'
import { unusedExports } from './exports.ts'
import { staleReferences } from './references.ts'
import {
  LARGER,
  NODE_MODULES,
  PACKAGES,
  PUBLIC,
  PURE,
  type Room,
  ROOMS,
  SMALL,
  UNTESTED,
} from './rooms.ts'
import { faultsOfTests } from './tests.ts'

export interface Plan {
  readonly rooms: readonly Room[]
  readonly small: ReadonlyMap<string, string>
  readonly packages: typeof PACKAGES
  /** Which rooms may import which modules of Node. */
  readonly modules: typeof NODE_MODULES
  /** Rooms without a clock. */
  readonly pure: readonly string[]
  /** Files that may pass on what others declare. */
  readonly passing: readonly string[]
}

const FEWEST_LINES = 25
const MOST_LINES = 250
const LITERAL = /^(['"])[^'"]*\1$/

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
  const { rooms, small, packages, modules, pure, passing } = plan
  const requests = new Map([...files].map(([file, text]) => [file, requestsOf(file, text)]))
  const imports = new Map([...requests].map(([file, found]) => [file, importsOf(file, found)]))
  return [
    ...rooms.flatMap((room, at) => faultsOfRoom(room, rooms.slice(0, at))),
    ...[...imports].flatMap(([file, found]) => faultsOfImports(file, found, rooms)),
    ...[...requests].flatMap(([file, found]) => faultsOfPackages(file, found, packages)),
    ...faultsOfModules(requests, modules),
    ...[...files].flatMap(([file, text]) => faultsOfSize(file, text, { imports, small })),
    ...[...small.keys()].flatMap((file) => faultsOfException(file, files.get(file), imports)),
    ...[...files].flatMap(([file, text]) => [
      ...(passing.includes(file) ? [] : faultsOfPassing(file, text)),
      ...(pure.some((line) => names(line, roomOf(file))) ? faultsOfClocks(file, text) : []),
    ]),
    ...circlesIn(imports),
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
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => {
      const request = text.slice(start, end)
      return LITERAL.test(request) ? request.slice(1, -1) : `\0${request}`
    }),
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
    if (other.startsWith('../')) return [`${file} imports ${other}, which is not in src/`]
    if (at === own) return []
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
  const computed = requests
    .filter((request) => request.startsWith('\0'))
    .map((request) => `${file} imports ${request.slice(1)}, which is not written out`)
  const foreign = packages
    .filter(([, rooms]) => !rooms.some((line) => names(line, roomOf(file))))
    .filter(([name]) => requests.some((one) => one === name || one.startsWith(`${name}/`)))
    .map(
      ([name, rooms]) =>
        `${file} imports ${name}, which ${rooms.length === 0 ? 'no room' : `only ${rooms.join(', ')}`} may know`,
    )
  return [...computed, ...foreign]
}

/** A module of Node is known to the rooms of its line, and each line is needed. */
function faultsOfModules(
  requests: ReadonlyMap<string, readonly string[]>,
  modules: typeof NODE_MODULES,
): readonly string[] {
  const used = [...requests].flatMap(([file, found]) =>
    found
      .filter((request) => request.startsWith('node:'))
      .map((request) => ({ file, room: roomOf(file), module: request.slice('node:'.length) })),
  )
  const isListed = (module: string, room: string): boolean =>
    modules.some(([name, lines]) => name === module && lines.some((line) => names(line, room)))
  const isNeeded = (module: string, line: string): boolean =>
    used.some((one) => one.module === module && names(line, one.room))
  return [
    ...used
      .filter(({ module, room }) => !isListed(module, room))
      .map(
        ({ file, module, room }) =>
          `${file} imports node:${module}, which rooms.ts does not allow ${room}`,
      ),
    ...modules.flatMap(([module, lines]) =>
      lines
        .filter((line) => !isNeeded(module, line))
        .map((line) => `rooms.ts: no file of ${line} imports node:${module}`),
    ),
  ]
}

/** Whoever needs a name imports it from where it is declared. */
function faultsOfPassing(file: string, text: string): readonly string[] {
  const { staticExports } = parseSync(file, text).module
  return staticExports
    .flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []))
    .filter((request, at, all) => all.indexOf(request) === at)
    .map((request) => `${file} passes on what ${request} declares: import it from there`)
}

const CLOCKS = ['Date.now', 'Math.random']
const TIMERS = ['setTimeout', 'setInterval', 'fetch']

/** What makes an answer depend on something else than what is given. */
function faultsOfClocks(file: string, text: string): readonly string[] {
  const found: string[] = []
  new Visitor({
    MemberExpression: ({ object, start, end }) => {
      const said = text.slice(start, end)
      const of = object.type === 'Identifier' ? object.name : ''
      if (CLOCKS.includes(said) || of === 'performance' || of === 'process') found.push(said)
    },
    NewExpression: ({ callee, arguments: given }) => {
      if (callee.type === 'Identifier' && callee.name === 'Date' && given.length === 0)
        found.push('new Date()')
    },
    CallExpression: ({ callee }) => {
      if (callee.type === 'Identifier' && TIMERS.includes(callee.name)) found.push(callee.name)
    },
  }).visit(parseSync(file, text).program)
  return found.map(
    (name) => `${file} has ${name}, and its room has no clock, no disk and no network`,
  )
}

/** Of types too: a circle of files cannot be read from its beginning. */
function circlesIn(imports: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file)
    if (at >= 0) circles.push(`a circle: ${[...path.slice(at), file].join(' -> ')}`)
    if (at >= 0 || done.has(file)) return
    for (const other of imports.get(file) ?? []) visit(other, [...path, file])
    done.add(file)
  }
  for (const file of imports.keys()) visit(file, [])
  return circles
}

/** An exception that is not needed any more hides the next one. */
function faultsOfException(
  file: string,
  text: string | undefined,
  imports: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const stale = (why: string): readonly string[] => [`rooms.ts: SMALL names ${file}, ${why}`]
  if (text === undefined) return stale('which is not there')
  if (linesOf(text) >= FEWEST_LINES) return stale('which is not small')
  const importers = [...imports.values()].filter((found) => found.includes(file)).length
  return importers === 1 ? [] : stale(`which ${importers} files import`)
}

interface LintSettings {
  readonly overrides: readonly {
    readonly files: readonly string[]
    readonly rules: Readonly<Record<string, unknown>>
  }[]
}

/** Leave to be longer that a file of src/ does not need. */
export const staleLengths = (
  { overrides }: LintSettings,
  files: ReadonlyMap<string, string>,
): readonly string[] =>
  overrides
    .filter(({ rules }) => 'max-lines' in rules)
    .flatMap((one) => one.files)
    .flatMap((pattern) => {
      const file = /^\*\*\/src\/(.+\.ts)$/.exec(pattern)?.[1]
      return file !== undefined && linesOf(files.get(file) ?? '') <= MOST_LINES
        ? [`oxlint.json lets ${file} be longer, which it is not`]
        : []
    })

const linesOf = (text: string): number => text.split('\n').length - 1

function faultsOfSize(
  file: string,
  text: string,
  { imports, small }: Pick<Plan, 'small'> & { imports: ReadonlyMap<string, readonly string[]> },
): readonly string[] {
  const lines = linesOf(text)
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
  const others = readAll(
    src,
    all.filter((file) => /^(?:scripts|test)\/.*\.ts$/.test(file)).map((file) => `../${file}`),
  )
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file of our own
  const lint = JSON.parse(readFileSync(join(top, 'scripts', 'oxlint.json'), 'utf8')) as LintSettings
  const faults = [
    ...faultsOf(sources, {
      rooms: ROOMS,
      small: SMALL,
      packages: PACKAGES,
      modules: NODE_MODULES,
      pure: PURE,
      passing: PUBLIC,
    }),
    ...unusedExports(sources, others).filter(
      (fault) => !PUBLIC.some((file) => fault.startsWith(`${file} `)),
    ),
    ...faultsOfDocstrings(sources),
    ...staleLengths(lint, sources),
    ...staleReferences(sources, documents, all),
    ...faultsOfTests(
      all
        .filter((file) => /^test\/.*\.test\.ts$/.test(file))
        .map((file) => file.slice('test/'.length)),
      { rooms: ROOMS, untested: UNTESTED, larger: LARGER },
    ),
  ]
  const map = mapOf(ROOMS)
  if (!readFileSync(join(src, 'README.md'), 'utf8').includes(`\n${map}\n`))
    faults.push(`src/README.md: the map should be\n\n${map}\n`)
  for (const fault of faults) process.stderr.write(`${fault}\n`)
  process.exitCode = faults.length > 0 ? 1 : 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) check()
