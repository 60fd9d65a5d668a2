import * as Type from 'typebox'
import type { InclusionProof } from '../feeds/format/inclusion-proof.ts'
import { Key, nullable, type SameType, type ValueOf } from './schema.ts'

/** hypercore counts blocks in 40 bits. */
const LENGTH = 2 ** 40
const MOST_NODES = 64

const TreeNodeBody = Type.Object(
  {
    size: Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'In bytes, of all that is below it',
    }),
    hash: Key,
  },
  { title: 'TreeNode' },
)

/** That a block stands in a feed at a sequence, below a signed head. Whoever reads it needs nothing else. */
export const ProofBody = Type.Object(
  {
    version: Type.Literal(1),
    feed: Key,
    publicKey: Key,
    sequence: Type.Integer({ minimum: 0, maximum: LENGTH }),
    head: Type.Object(
      {
        length: Type.Integer({ minimum: 1, maximum: LENGTH }),
        fork: Type.Integer({ minimum: 0, maximum: LENGTH }),
        root: Key,
        signature: Type.String({ pattern: '^[0-9a-f]{128}$' }),
      },
      { title: 'ProvedHead' },
    ),
    block: nullable(
      Type.String({
        pattern: '^[A-Za-z0-9+/]*={0,2}$',
        description: 'Base64; null if it is not here',
      }),
    ),
    leaf: TreeNodeBody,
    siblings: Type.Array(TreeNodeBody, { maxItems: MOST_NODES }),
    roots: Type.Array(TreeNodeBody, { maxItems: MOST_NODES }),
  },
  { title: 'InclusionProof' },
)
export type Proof = SameType<InclusionProof, ValueOf<typeof ProofBody>>
