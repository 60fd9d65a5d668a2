/* What stands at a path, and what a search finds. */
import * as Type from 'typebox'
import { StateBody } from './certification.ts'
import { Id, nullable, type ValueOf } from './schema.ts'

/** Of collections and directories. */
export const ListingBody = Type.Array(
  Type.Object(
    {
      path: Type.String({ description: 'From the collection on, not encoded' }),
      name: Type.String(),
      type: Type.Enum(['object', 'collection']),
      id: Type.Optional(Id),
    },
    { title: 'ListingEntry' },
  ),
  { title: 'Listing' },
)
export type ListingEntry = ValueOf<typeof ListingBody>[number]

/** Those that claim one alias. */
export const SeveralBody = Type.Array(
  Type.Object(
    {
      id: Id,
      url: Type.String(),
      path: Type.String(),
      state: StateBody,
      rebuilder: nullable(Type.String()),
    },
    { title: 'Claimant' },
  ),
  { title: 'Claimants' },
)
export type Claimant = ValueOf<typeof SeveralBody>[number]

const HitsBody = Type.Array(
  Type.Object(
    {
      kind: Type.Enum(['certification', 'rebuilder', 'artifact', 'source', 'feed', 'page']),
      name: Type.String({ description: 'As people call it' }),
      url: Type.String({ description: 'Path on this node' }),
    },
    { title: 'Hit' },
  ),
)
export const SearchBody = Type.Object(
  {
    hits: { ...HitsBody, description: 'What fits; the likeliest first' },
    near: { ...HitsBody, description: 'What is called nearly so' },
  },
  { title: 'SearchAnswer' },
)
export type SearchAnswer = ValueOf<typeof SearchBody>
export type Hit = SearchAnswer['hits'][number]
