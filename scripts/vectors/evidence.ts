/* Evidence against a writer who told two stories. */
import { encodeEvidence, type Evidence, nodesBetween } from '../../src/feeds/format/evidence.ts'
import { otherStory, vectorStory } from './feed-story.ts'
import { hexOf } from './plain.ts'
import { signerOf } from './story.ts'

/** One of each kind. */
export async function evidenceOf() {
  const longer = await vectorStory()
  const other = await otherStory()
  const { publicKey } = longer
  const nodes = nodesBetween(5, 11).map((index) => bare(longer.node(index)))
  return {
    fork: { kind: 'fork', publicKey, heads: [longer.head(3, 1)] },
    twoRoots: { kind: 'two-roots', publicKey, heads: [longer.head(5), other.head(5)] },
    noExtension: {
      kind: 'no-extension',
      publicKey,
      heads: [other.head(5), longer.head(11)],
      nodes,
    },
  } satisfies Record<string, Evidence>
}

const bare = ({ size, hash }: { readonly size: number; readonly hash: string }) => ({ size, hash })

const INVALID = 'SIGNATURE_INVALID'
const SYNTAX = 'ENTRY_SYNTAX'

const unproved = (what: string, evidence: Evidence) => ({
  what,
  code: INVALID,
  hex: hexOf(encodeEvidence(evidence)),
})

/** Not signed over, or not what it says: SIGNATURE_INVALID; another form: ENTRY_SYNTAX. */
export async function refusedEvidence() {
  const longer = await vectorStory()
  const { publicKey } = longer
  const { fork, twoRoots, noExtension } = await evidenceOf()
  const encoded = hexOf(encodeEvidence(fork))
  const twice = [longer.head(5), longer.head(5)] as const
  return [
    unproved('a fork of 0', { kind: 'fork', publicKey, heads: [longer.head(3)] }),
    unproved('the same root twice', { kind: 'two-roots', publicKey, heads: twice }),
    unproved('two lengths of one story', {
      ...noExtension,
      heads: [longer.head(5), longer.head(11)],
    }),
    unproved('a node too few', { ...noExtension, nodes: noExtension.nodes.slice(1) }),
    unproved('the heads of another feed', { ...twoRoots, publicKey: signerOf(9).publicKey }),
    { what: 'a kind that is not known', code: SYNTAX, hex: encoded.replace(/^850100/, '850103') },
    {
      what: 'one head where two are needed',
      code: SYNTAX,
      hex: encoded.replace(/^850100/, '850101'),
    },
  ]
}
