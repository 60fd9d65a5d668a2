/* One file with all that a check needs, for a machine without a network. It is believed as little as a node. */
import * as Type from 'typebox'
import { answerOf } from '../client/answers.ts'
import { type Found, FoundBody, type Freshness, FreshnessBody } from '../contract/lookup-answer.ts'
import { nullable, Strings } from '../contract/schema.ts'
import { CLOCK_TOLERANCE } from '../certification/signatures/state.ts'
import type { Subject } from '../certification/agreement/verdict.ts'
import { MalformedError } from '../base/errors.ts'
import type { Gathered } from './gather.ts'
import type { Source } from './source.ts'

export interface Bundle {
  readonly version: 1
  /** ISO 8601, UTC: by the clock of who made it. */
  readonly madeAt: string
  /** Addresses of the nodes that were asked. */
  readonly nodes: readonly string[]
  /** What was asked, and which certifications are about it. */
  readonly subjects: readonly {
    readonly name: string
    readonly sha256: string | null
    readonly certifications: readonly string[]
  }[]
  /** Public keys in base64. */
  readonly keys: readonly string[]
  readonly certifications: readonly Found[]
  /** As `GET /feeds/{key}/proof/{sequence}` gives them: that certifications stand in feeds, below signed heads. */
  readonly proofs: readonly unknown[]
  /** What the owners of feeds with certifications of the operators had signed last. */
  readonly freshness?: readonly Freshness[] | undefined
}

const readAll: (value: unknown, at: string) => Bundle = answerOf(
  Type.Object({
    version: Type.Literal(1),
    madeAt: Type.String({ pattern: String.raw`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$` }),
    nodes: Strings,
    subjects: Type.Array(
      Type.Object({
        name: Type.String(),
        sha256: nullable(Type.String()),
        certifications: Strings,
      }),
    ),
    keys: Strings,
    certifications: Type.Array(FoundBody),
    proofs: Type.Array(Type.Unknown()),
    freshness: Type.Optional(Type.Array(FreshnessBody)),
  }),
)

/** A thousand packages with three certifications each are 60 MB. */
export const MAX_BUNDLE_BYTES = 512 * 1024 * 1024

/** @throws MalformedError FILE_INVALID no bundle, or one that was made in the future */
export function readBundle(text: string, now = Date.now()): Bundle {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new MalformedError('FILE_INVALID', 'It is no JSON, so no bundle.', { cause })
  }
  const read = formOf(value)
  const made = Date.parse(read.madeAt)
  if (!(made <= now + CLOCK_TOLERANCE))
    throw new MalformedError(
      'FILE_INVALID',
      'It says that it was made in the future: that is no date.',
    )
  return read
}

function formOf(value: unknown): Bundle {
  try {
    return readAll(value, 'it')
  } catch (cause) {
    throw new MalformedError('FILE_INVALID', 'It is no bundle as countersign bundle makes it.', {
      cause,
    })
  }
}

/** Joins what nodes answered to the file that `check --bundle` writes. It asks nobody. */
export function makeBundle(
  subjects: readonly Subject[],
  { certifications, keys, sources, answers }: Gathered,
  { proofs, madeAt, freshness }: Pick<Bundle, 'proofs' | 'madeAt' | 'freshness'>,
): Bundle {
  const idsAt = (at: number): readonly string[] => [
    ...new Set([...answers.values()].flatMap((lists) => lists[at]?.certifications ?? [])),
  ]
  return {
    version: 1,
    madeAt,
    nodes: sources.filter(({ failure }) => failure === null).map(({ node }) => node),
    subjects: subjects.map(({ name, checksums }, at) => ({
      name,
      sha256: checksums.sha256 ?? null,
      certifications: [...idsAt(at)],
    })),
    keys: [...keys.values()].map(({ bytes }) => Buffer.from(bytes).toString('base64')),
    certifications: [...certifications],
    proofs: [...proofs],
    freshness,
  }
}

/** A bundle answers like a node that has nothing else. */
export function bundleSource(
  { certifications, keys, subjects, madeAt, freshness = [] }: Bundle,
  name: string,
): Source {
  const ids = new Map<string, Set<string>>()
  for (const { name: called, sha256, certifications: about } of subjects)
    for (const key of [called, sha256 ?? called])
      ids.set(key, new Set([...(ids.get(key) ?? []), ...about]))
  return {
    node: name,
    madeAt,
    lookup: async (asked) => ({
      answers: asked.map(({ name: called, checksums: { sha256 = called } }) => ({
        certifications: [...new Set([...(ids.get(called) ?? []), ...(ids.get(sha256) ?? [])])],
        truncated: false,
      })),
      certifications,
      freshness,
    }),
    // whoever asks takes those that have a fingerprint of the policy
    keys: async () => keys.map((key) => Buffer.from(key, 'base64')),
  }
}
