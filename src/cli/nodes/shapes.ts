import { ALGORITHMS, type Artifact } from '../../certification/artifacts/artifact.ts'
import type { LeftOut } from '../../certification/dialects/dialect.ts'
import { STATES } from '../../certification/signatures/state.ts'
import type {
  DebianSource,
  ProductSource,
  MavenSource,
  SourceIdentifier,
} from '../../certification/artifacts/source-identifier.ts'
import type {
  Agreement,
  AgreementGroup,
  AgreementPage,
  ArtifactAgreement,
  CertificationDetail,
  CertificationSummary,
  KeyAdded,
  Receipt,
  Refusal,
  Status,
  Waiting,
} from '../../contract/repository.ts'
import type { Code } from '../../base/errors.ts'
import {
  type Answer,
  list,
  maybe,
  number,
  object,
  oneOf,
  orNull,
  text,
  truth,
  unexpected,
} from '../../client/answers.ts'
import { isCode } from '../terminal/exit.ts'

const head = object<Receipt['head']>({ length: number, fork: number, root: text, signature: text })
const knownCode: Answer<Code> = (value, at) => {
  if (isCode(value)) return value
  throw unexpected(`${at} is no code that is known here`)
}
const place = { feed: text, sequence: number, position: number }
const state = oneOf(STATES)

const leftOut = object<LeftOut>({
  name: orNull(text),
  code: oneOf(['AMBIGUOUS', 'NAME_UNUSABLE', 'LINE_UNREADABLE', 'MORE']),
  detail: text,
})

export const receipt = object<Receipt>({
  ...place,
  id: text,
  collection: text,
  state,
  rebuilder: orNull(text),
  head,
  acceptedAt: text,
  url: text,
  path: text,
  leftOut: maybe(list(leftOut)),
})

export const waiting = object<Waiting>({
  waitingFor: oneOf(['signature', 'key', 'document']),
  code: maybe(oneOf(['signature-missing', 'key-unknown', 'document-missing'])),
  collection: text,
  id: maybe(text),
  keyId: maybe(text),
  name: maybe(text),
  size: maybe(number),
  since: maybe(text),
  expires: text,
  next: text,
  leftOut: maybe(list(leftOut)),
})

export const refusal = object<Refusal>({
  code: knownCode,
  detail: text,
  keyId: orNull(text),
})

const debianSource = object<DebianSource>({
  ecosystem: oneOf(['debian']),
  source: text,
  version: text,
  architecture: text,
  sourceVersion: text,
})
const mavenSource = object<MavenSource>({
  ecosystem: oneOf(['maven']),
  group: text,
  artifact: text,
  version: maybe(text),
})
const productSource = object<ProductSource>({
  ecosystem: oneOf(['product']),
  product: text,
  version: text,
})
const SOURCES = { debian: debianSource, maven: mavenSource, product: productSource } as const
const source: Answer<SourceIdentifier> = (value, at) => {
  const { ecosystem } = object<{ ecosystem: SourceIdentifier['ecosystem'] }>({
    ecosystem: oneOf(['debian', 'maven', 'product']),
  })(value, at)
  return SOURCES[ecosystem](value, at)
}

const summaryShape = {
  id: text,
  collections: list(text),
  dialect: text,
  state,
  counts: truth,
  rebuilder: orNull(text),
  signedBy: orNull(text),
  keyId: text,
  signedAt: orNull(text),
  acceptedAt: text,
  sources: list(source),
  size: number,
  url: text,
  path: text,
}
export const summary = object<CertificationSummary>(summaryShape)

const artifact = object<Artifact>({
  name: text,
  group: maybe(text),
  directory: maybe(text),
  size: maybe(number),
  checksums: list(object({ algorithm: oneOf(ALGORITHMS), hex: text })),
})

export const detail = object<CertificationDetail>({
  ...summaryShape,
  artifacts: list(artifact),
  leftOut: maybe(list(leftOut)),
  aliases: list(text),
  builtAt: orNull(text),
  detached: truth,
  places: list(object<CertificationDetail['places'][number]>(place)),
})

const group = object<AgreementGroup>({
  checksums: object<AgreementGroup['checksums']>({
    md5: maybe(text),
    sha1: maybe(text),
    sha256: maybe(text),
    sha512: maybe(text),
  }),
  size: orNull(number),
  weak: truth,
  rebuilders: list(
    object<AgreementGroup['rebuilders'][number]>({
      fingerprint: text,
      name: orNull(text),
      operator: orNull(text),
      certifications: list(text),
    }),
  ),
})

const tally = object<ArtifactAgreement['named']>({
  agreeing: number,
  differing: number,
  alone: number,
  sides: list(number),
})

export const agreement = object<AgreementPage>({
  next: maybe(text),
  collection: text,
  path: text,
  truncated: truth,
  withheld: maybe(number),
  elsewhere: maybe(number),
  artifacts: list(
    object<ArtifactAgreement>({
      name: text,
      group: maybe(text),
      named: tally,
      others: tally,
      groups: list(group),
    }),
  ),
  uncounted: list(
    object<Agreement['uncounted'][number]>({ id: text, state, rebuilder: orNull(text) }),
  ),
})

export const keyAdded = object<KeyAdded>({
  fingerprint: text,
  added: truth,
  released: list(text),
  // an older node says neither
  waits: maybe(truth),
  leftOut: maybe(list(object({ what: text, why: text }))),
})

export const status = object<Status>({
  version: text,
  peerId: text,
  startedAt: text,
  collections: list(
    object<Status['collections'][number]>({
      name: text,
      dialect: text,
      admit: text,
      certifications: number,
      feed: orNull(text),
      length: number,
      followed: number,
    }),
  ),
  keys: number,
  rebuilders: number,
  waiting: object<Status['waiting']>({ items: number, bytes: number }),
  peers: number,
  addresses: list(text),
  follow: oneOf(['listed', 'vouched', 'open']),
  readOnly: truth,
  writable: truth,
  disk: orNull(object<NonNullable<Status['disk']>>({ cause: text, reason: text, since: text })),
  blocks: object<Status['blocks']>({ known: number, here: number, indexed: number }),
  ready: truth,
  advice: list(text),
})
