import { addressOf } from './submission/waiting-room.ts'
import type { Asker } from '../base/asker.ts'
import { linkAt, links } from './queries/links.ts'
import { lookup } from './queries/lookup.ts'
import { isoTime } from '../base/iso-time.ts'
import type { Collection } from '../certification/admission.ts'
import { fileNamesOf } from '../certification/artifact-name.ts'
import { fileName } from '../certification/file-name.ts'
import { armorPublicKey } from '../certification/signatures/public-key.ts'
import { CLOCK_TOLERANCE } from '../certification/signatures/state.ts'
import { certificationRow, newestBefore } from '../indexes/certifications.ts'
import type { Naming } from '../certification/agreement/naming.ts'
import type { CertificationRow } from '../indexes/certification-row.ts'
import type { Indexes } from '../indexes/database.ts'
import { makeAgreements } from './queries/agreements.ts'
import { makeAnswers } from './work-budget/answers.ts'
import { list, resolve, sbtListing, spellings } from './queries/browse.ts'
import type { BrowseParts } from './queries/browse.ts'
import type { ReadEntry } from './entries/read-entry.ts'
import type { Events } from '../contract/event.ts'
import { find } from './queries/find.ts'
import { findByPrefix } from './queries/find-by-prefix.ts'
import { findByVersion } from './queries/find-by-version.ts'
import { makeNames } from './queries/find-named.ts'
import { findByName } from './queries/find-by-name.ts'
import { makeGates } from './work-budget/gates.ts'
import { compareTwo } from './queries/compare.ts'
import { keyListings, keysNamed, readKeyName } from './keys/key-listings.ts'
import type { Keyring } from './keys/keyring.ts'
import type { NodeRepository, Served } from '../contract/node-repository.ts'
import type { Put } from './submission/put.ts'
import { firstEntry } from './entries/read-entry.ts'
import type { ReadCertification } from './entries/read-entry.ts'
import { countBy, rebuilder, rebuilders } from './queries/rebuilders.ts'
import type { CertificationDetail, CertificationSummary, KeyAdded } from '../contract/repository.ts'
import type { StatusAnswers } from './queries/status.ts'
import type { Submit } from './submission/submit.ts'
import { unknownCollection } from './submission/submit.ts'
import { summaryOf } from './queries/summary.ts'
import { makeTallyAt } from './queries/tally-at.ts'
import { makeVersions } from './queries/versions.ts'
import type { Withheld } from './tombstones/withheld.ts'
import { makeVoicesAt } from './queries/voices-at.ts'
import type { WaitingList } from './submission/waiting-list.ts'
import { makeWithheldAnswers } from './withholding/withheld-answers.ts'

export interface LocalParts {
  readonly collections: ReadonlyMap<string, Collection>
  readonly indexes: Indexes
  readonly keyring: Keyring
  readonly readEntry: ReadEntry
  readonly withheld: Withheld
  readonly events: Events
  readonly read: ReadCertification
  readonly submit: Submit
  readonly addKeys: (bytes: Uint8Array, address?: string) => Promise<readonly KeyAdded[]>
  readonly answers: StatusAnswers
  readonly waiting: WaitingList
  readonly proof: NodeRepository['proof']
  readonly now: () => number
  /** Whom this node's policy names. */
  readonly naming: () => Naming
}

/** Answers that are asked for again and again; a listing has up to 1,000 names. */
const ROWS = 4096
const LISTINGS = 64
/** A key can expire meanwhile. */
const MEASURED = { most: 64, time: 60_000 }
const FOUND = 256

/** The promises of a node over its own feeds and indexes. `put` comes with it, since it needs what is here to resolve. */
export function makeLocalRepository(
  parts: LocalParts,
  makePut: (browse: Pick<NodeRepository, 'resolve' | 'served'>) => Put,
): NodeRepository {
  const { collections, indexes, keyring } = parts
  const rowOf = async (id: string): Promise<CertificationRow | undefined> =>
    parts.withheld.get(id) === undefined ? certificationRow(indexes, id) : undefined
  const answers = makeAnswers(indexes, ROWS)
  const listings = makeAnswers(indexes, LISTINGS)
  const served = async (id: string): Promise<Served | undefined> => {
    const { row } = await answers.remember(`row ${id}`, async () => ({ row: await rowOf(id) }))
    return row === undefined ? undefined : servedOf(row, parts.readEntry)
  }
  const servedAt = async (row: CertificationRow): Promise<Served | undefined> =>
    parts.withheld.get(row.id) === undefined ? servedOf(row, parts.readEntry) : undefined
  const gates = makeGates()
  const looked = makeAnswers(indexes, FOUND)
  const measured = makeAnswers(indexes, MEASURED.most, MEASURED.time)
  const browse: BrowseParts = { indexes, collections, served }
  const findParts = { ...parts, collections: [...collections.keys()] }
  const resolvePath: NodeRepository['resolve'] = async (name, segments) => {
    const collection = collectionOf(collections, name)
    const question = `resolve ${name}/${segments.join('/')}`
    const { found } = await answers.remember(question, async () => ({
      found: await resolve(browse, collection, segments),
    }))
    const isEmptied = found === undefined && parts.withheld.below([name, ...segments]) > 0
    return isEmptied ? { kind: 'listing' } : found
  }
  const voicesAt = makeVoicesAt(makeTallyAt(parts))
  const versions = makeVersions({ ...parts, browse, comparing: gates.pages, voicesAt })
  const put = makePut({ resolve: resolvePath, served })

  return {
    collections: [...collections.values()],
    submit: (submission) =>
      gates.submitting.pass(() => parts.submit(submission), handingIn(submission)),
    put: (file) => {
      collectionOf(collections, file.collection)
      return gates.submitting.pass(() => put(file), handingIn(file))
    },
    find: (query) => gates.finding.pass(() => find(findParts, query)),
    lookup: (questions, by) =>
      gates.lookingUp.pass(() => lookup({ indexes, served: servedAt }, questions, by)),
    startingWith: (prefix) =>
      looked.remember(`prefix ${prefix}`, () =>
        gates.finding.pass(() => findByPrefix(parts, prefix)),
      ),
    sourcesOfVersion: (version, limit) =>
      looked.remember(`version ${limit} ${version}`, () =>
        gates.finding.pass(() => findByVersion(parts, version, limit)),
      ),
    ...makeNames(indexes),
    artifactsByName: (name, page) =>
      gates.finding.pass(() => findByName(findParts, fileNamesOf(name), page)),
    certification: async (id) => {
      const row = await rowOf(id)
      return row === undefined ? undefined : detailOf(row, parts)
    },
    ...parts.waiting,
    served,
    newest: (limit) => listings.remember(`newest ${limit}`, async () => newest(parts, limit)),
    compare: (left, right) =>
      gates.beside.pass(() => compareTwo({ ...parts, rowOf }, { left, right })),
    resolve: resolvePath,
    list: (name, segments, page) => {
      const collection = collectionOf(collections, name)
      const question = `list ${page.limit} ${page.after ?? ''}\0${name}/${segments.join('/')}`
      return listings.remember(question, async () =>
        list(browse, await directoryOf(browse, collection, segments), page),
      )
    },
    versions: async (name, segments, page) => {
      const collection = collectionOf(collections, name)
      return versions({ collection, path: await directoryOf(browse, collection, segments) }, page)
    },
    sbtListing: async (name, segments) => {
      const collection = collectionOf(collections, name)
      const directory = await directoryOf(browse, collection, segments)
      return gates.listing.pass(() => sbtListing(browse, collection, directory))
    },
    ...makeAgreements({
      ...parts,
      collectionOf: (name) => collectionOf(collections, name),
      comparing: gates.comparing,
      adorning: gates.adorning,
    }),
    key: async (name) => {
      const [row] = await keysNamed(keyring, name)
      return row === undefined ? undefined : armorPublicKey(row.bytes)
    },
    keyListings: (search) => {
      const look = () => keyListings(indexes, keyring, search)
      return readKeyName(search) === undefined ? gates.scanning.pass(look) : look()
    },
    addKeys: (bytes, address) =>
      gates.learning.pass(() => parts.addKeys(bytes, address), handingIn({ address })),
    rebuilders: (page) =>
      measured.remember(`list ${page.limit} ${page.after ?? ''}`, () => rebuilders(parts, page)),
    rebuilder: async (fingerprint) => {
      const { found } = await measured.remember(`one ${fingerprint.toUpperCase()}`, async () => ({
        found: await gates.knowing.pass(() => rebuilder(parts, fingerprint)),
      }))
      return found
    },
    isRebuilder: async (fingerprint) => (await countBy(parts, fingerprint)) > 0,
    links: (question) => gates.finding.pass(() => links(parts, question)),
    link: (fingerprint, number) => linkAt(parts, fingerprint, number),
    naming: parts.naming,
    ...makeWithheldAnswers(parts.withheld),
    ...parts.answers,
    version: indexes.version,
    voicesAt,
    cursor: parts.events.cursor,
    events: parts.events.events,
    proof: parts.proof,
  }
}

function collectionOf(collections: ReadonlyMap<string, Collection>, name: string): Collection {
  const collection = collections.get(name)
  if (collection === undefined) throw unknownCollection(name)
  return collection
}

async function directoryOf(
  browse: BrowseParts,
  collection: Collection,
  segments: readonly string[],
): Promise<readonly string[]> {
  const path = [collection.name, ...segments]
  const [found] = await spellings(browse, collection, path)
  return found ?? path
}

/** A clock that is ahead of ours must not stand first for ever. */
async function newest(
  { indexes, now }: LocalParts,
  limit: number,
): Promise<readonly CertificationSummary[]> {
  const items: CertificationSummary[] = []
  for await (const row of newestBefore(indexes, now() + CLOCK_TOLERANCE)) {
    if (items.length === limit) break
    items.push(summaryOf(row, now()))
  }
  return items
}

async function servedOf(row: CertificationRow, readEntry: ReadEntry): Promise<Served | undefined> {
  const entry = await firstEntry(row, readEntry)
  if (entry === undefined) return undefined
  const { bytes, signature, dialect } = entry
  return { bytes, signature, dialect, file: fileName(row.stem, row.id) }
}

async function detailOf(
  row: CertificationRow,
  { read, now }: LocalParts,
): Promise<CertificationDetail | undefined> {
  const certification = await read(row)
  if (certification === undefined) return undefined
  const { buildinfo } = certification
  return {
    ...summaryOf(row, now()),
    sources: buildinfo.sources,
    artifacts: buildinfo.artifacts,
    ...(buildinfo.leftOut !== undefined && { leftOut: buildinfo.leftOut }),
    aliases: [...new Set(row.variants.flatMap(({ alias }) => alias ?? []))],
    builtAt: buildinfo.builtAt === undefined ? null : isoTime(buildinfo.builtAt),
    detached: row.detached,
    places: row.variants.map(({ feed, sequence, position }) => ({ feed, sequence, position })),
  }
}

/** Whoever has handed something in is not asked whether he still waits: it is taken all the same. */
const handingIn = (from: { readonly address?: string | undefined }): Asker => ({
  share: addressOf(from),
  isGone: () => false,
})
