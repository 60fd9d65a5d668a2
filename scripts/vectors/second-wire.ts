/* Vectors of the second wire of src/spec/network.md: what is read, what is skipped, what is refused. */
import { encode } from 'cborg'
import { encodeEvidence } from '../../src/feeds/format/evidence.ts'
import { encodeOrigin } from '../../src/feeds/format/origin.ts'
import { encodeAnnouncement } from '../../src/network/frames/announcement.ts'
import {
  evidenceFrame,
  helloFrame,
  offersFrame,
  statementsFrame,
} from '../../src/network/frames/catalog-frame.ts'
import {
  encodeHave,
  haveFields,
  signedByHave,
  signHave,
} from '../../src/network/frames/have-statement.ts'
import { offerFields } from '../../src/network/frames/offer.ts'
import { topicOf } from '../../src/network/frames/wire.ts'
import { evidenceOf } from './evidence.ts'
import { peer, vectorStory } from './feed-story.ts'
import { peersVector } from './peer-records.ts'
import { hexOf } from './plain.ts'
import { signerOf, storyOf } from './story.ts'

export const octets = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
export const text = (from: string): Uint8Array => new TextEncoder().encode(from)

export const syntax = (kind: string, what: string, value: unknown) => ({
  kind,
  what,
  code: 'ENTRY_SYNTAX',
  hex: hexOf(encode(value)),
})
export const unsigned = (kind: string, what: string, value: unknown) => ({
  ...syntax(kind, what, value),
  code: 'SIGNATURE_INVALID',
})

/** A feed of format 2 that has nothing but its origin. */
export async function newerStory() {
  const writer = signerOf(4)
  const { key, publicKey } = storyOf(writer, [])
  const says = { format: 2, collection: 'debian', dialect: 'debian' } as const
  const originBlock = await encodeOrigin(key, says, await peer())
  const claims = { publicKey, head: storyOf(writer, [originBlock]).head(1), originBlock }
  return { key, claims, fields: offerFields(claims) }
}

/** What is said of a feed of format 1 too: the second wire has all. */
async function olderClaims() {
  const { publicKey, head, blocks } = await vectorStory()
  return { publicKey, head: head(11), originBlock: blocks[0] ?? new Uint8Array() }
}

export async function secondWireVectors() {
  const { key, claims } = await newerStory()
  const older = await olderClaims()
  const { twoRoots } = await evidenceOf()
  const hello = { publicUrl: 'https://node.example', readOnly: false }
  return {
    topic: { collection: 'debian', topic: topicOf({ wire: 2, collection: 'debian' }) },
    offer: {
      key,
      publicKey: claims.publicKey,
      head: claims.head,
      origin: hexOf(claims.originBlock),
      announcement: hexOf(encodeAnnouncement(2, claims)),
    },
    frames: [
      {
        what: 'a node that says where its API is',
        hex: hexOf(helloFrame(2, hello)),
        says: { kind: 'hello', hello },
      },
      {
        what: 'a node with a name',
        hex: hexOf(helloFrame(2, { ...hello, name: 'Rebuilders of Münster' })),
        says: { kind: 'hello', hello: { ...hello, name: 'Rebuilders of Münster' } },
      },
      {
        what: 'feeds of both formats',
        hex: hexOf(
          offersFrame(2, [
            { ...older, vouched: true },
            { ...claims, vouched: false },
          ]),
        ),
        says: {
          kind: 'offers',
          keys: [(await vectorStory()).key, key],
          vouched: [true, false],
        },
      },
      {
        what: 'evidence',
        hex: hexOf(evidenceFrame(2, encodeEvidence(twoRoots))),
        says: { kind: 'evidence', evidence: hexOf(encodeEvidence(twoRoots)) },
      },
    ],
    statement: await statementVector(),
    peers: await peersVector(),
    skipped: await skipped(),
    refused: await refused(),
  }
}

const STATEMENT = {
  feed: 'ab'.repeat(32),
  length: 40,
  root: 'cd'.repeat(32),
  lacking: [
    { first: 3, count: 1 },
    { first: 20, count: 5 },
  ],
  time: Date.parse('2026-12-01T00:00:00Z'),
}

async function statementVector() {
  const statement = await signHave(STATEMENT, await peer())
  return {
    says: statement,
    signed: hexOf(signedByHave(statement)),
    statement: hexOf(encodeHave(statement)),
    frame: hexOf(statementsFrame([statement])),
  }
}

type Counts = Readonly<Record<string, number>>

/** Skipped, and counted so. */
const skip = (counts: Counts, what: string, value: unknown) => ({
  kind:
    'announcements' in counts || what.startsWith('an announcement') ? 'announcement' : 'catalog',
  what,
  counts,
  hex: hexOf(encode(value)),
})

/** `counts`: what is counted as skipped; of a frame or announcement of which something is known, the rest is read. */
async function skipped() {
  const { fields } = await newerStory()
  const later = fields.with(5, encode([3, 'whatever', 1.5]))
  return [
    skip({ announcements: 1 }, 'another version', [3, 'whatever', 1.5]),
    skip({ announcements: 1 }, 'a feed of format 3', [2, later]),
    skip({ fields: 1 }, 'an announcement with a field more', [2, fields, null]),
    skip({ fields: 1 }, 'an announcement of an offer with a field more', [2, [...fields, 7]]),
    skip({ frames: 1 }, 'another version', [3, 0, 'whatever', 1.5]),
    skip({ frames: 1 }, 'the first version', [1, 0, [null, false]]),
    skip({ frames: 1 }, 'a kind that is not known', [2, 99, { whatever: 1.5 }]),
    skip({ offers: 1 }, 'a feed of format 3', [2, 1, [[later, true]]]),
    skip({ offers: 1 }, 'a feed of format 3 beside one that is known', [
      2,
      1,
      [
        [later, true],
        [fields, true],
      ],
    ]),
    skip({ evidence: 1 }, 'evidence of another version', [2, 2, encode([2, 0])]),
    skip({ evidence: 1 }, 'evidence of a kind that is not known', [2, 2, encode([1, 3, 'x'])]),
    skip({ fields: 1 }, 'a frame with a field more', [2, 0, [null, false], 'more']),
    skip({ fields: 1 }, 'a hello with two fields more', [
      2,
      0,
      [null, false, text('a name'), 'more', 1],
    ]),
    skip({ fields: 1 }, 'an item of offers with a field more', [2, 1, [[fields, true, 'more']]]),
  ]
}

async function refused() {
  const { fields } = await newerStory()
  const other = await olderClaims()
  const said = haveFields(await signHave(STATEMENT, await peer()))
  const lacking = (ranges: readonly (readonly number[])[]) => [2, 3, [said.with(4, ranges)]]
  return [
    syntax('announcement', 'no version', ['2', fields]),
    syntax('announcement', 'no offer', [2]),
    syntax('announcement', 'an offer without its origin', [2, fields.slice(0, 5)]),
    syntax('announcement', 'an origin of format 0', [2, fields.with(5, encode([0, 0]))]),
    syntax('announcement', 'an origin that is no array', [2, fields.with(5, encode(3))]),
    syntax('announcement', 'more than 1024 bytes', [3, new Uint8Array(1_024)]),
    unsigned('announcement', 'another length than was signed', [2, fields.with(1, 12)]),
    unsigned('announcement', 'the origin of another feed', [2, fields.with(5, other.originBlock)]),
    syntax('catalog', 'no statement', [2, 3, []]),
    syntax('catalog', 'a statement with a field more', [2, 3, [[...said, null]]]),
    syntax('catalog', 'a statement about a feed of no block', [2, 3, [said.with(2, 0)]]),
    syntax('catalog', 'a statement that lacks what is behind the length', lacking([[39, 2]])),
    syntax('catalog', 'a statement that lacks nothing, as a range', lacking([[3, 0]])),
    syntax(
      'catalog',
      'a statement with ranges that touch',
      lacking([
        [3, 1],
        [4, 1],
      ]),
    ),
    syntax(
      'catalog',
      'a statement with ranges out of order',
      lacking([
        [20, 1],
        [3, 1],
      ]),
    ),
    syntax(
      'catalog',
      'a statement with 33 ranges',
      lacking(Array.from({ length: 33 }, (_, at) => [at, 1])),
    ),
    syntax('catalog', 'no peer record', [2, 4, []]),
    syntax('catalog', 'a peer record of 513 octets', [2, 4, [new Uint8Array(513)]]),
    syntax('catalog', 'no kind', [2, '0', [null, false]]),
    syntax('catalog', 'no content', [2, 0]),
    syntax('catalog', 'a hello without its flag', [2, 0, [null]]),
    syntax('catalog', 'a name with a line in it', [2, 0, [null, false, text('a\nb')]]),
    syntax('catalog', 'a URL of another scheme', [2, 0, [text('ftp://node.example'), false]]),
    syntax('catalog', 'no offer', [2, 1, []]),
    syntax('catalog', 'a number for a flag', [2, 1, [[fields, 1]]]),
    syntax('catalog', 'evidence of no octet', [2, 2, new Uint8Array()]),
    {
      ...syntax('catalog', 'a field more that is not in its shortest form', []),
      hex: '84020082f6f41801',
    },
    unsigned('catalog', 'a head that was not signed', [2, 1, [[fields.with(1, 12), true]]]),
  ]
}
