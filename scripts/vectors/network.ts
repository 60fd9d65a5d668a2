/* Vectors of src/spec/network.md. */
import { encodeAnnouncement } from '../../src/network/frames/announcement.ts'
import { evidenceFrame, helloFrame, offersFrame } from '../../src/network/frames/catalog-frame.ts'
import { topicOf } from '../../src/network/frames/wire.ts'
import { encodeEvidence } from '../../src/feeds/format/evidence.ts'
import { evidenceOf } from './evidence.ts'
import { originOf, vectorStory } from './feed-story.ts'
import { hexOf } from './plain.ts'
import { readBackVectors } from './read-back.ts'
import { newerStory, octets, secondWireVectors, syntax, text, unsigned } from './second-wire.ts'
import { signerOf } from './story.ts'

export async function networkVectors() {
  const story = await vectorStory()
  const { publicKey, key } = story
  const originBlock = story.blocks[0] ?? new Uint8Array()
  const head = story.head(11)
  const claims = { publicKey, head, originBlock }
  const { twoRoots } = await evidenceOf()
  return {
    topic: { collection: 'debian', topic: topicOf({ wire: 1, collection: 'debian' }) },
    offer: {
      key,
      publicKey,
      head,
      origin: hexOf(originBlock),
      announcement: hexOf(encodeAnnouncement(1, claims)),
    },
    frames: [
      {
        what: 'a node that says where its API is',
        hex: hexOf(helloFrame(1, { publicUrl: 'https://node.example', readOnly: false })),
        says: { kind: 'hello', hello: { publicUrl: 'https://node.example', readOnly: false } },
      },
      {
        what: 'a read-only node that does not',
        hex: hexOf(helloFrame(1, { publicUrl: undefined, readOnly: true })),
        says: { kind: 'hello', hello: { readOnly: true } },
      },
      {
        what: 'a feed that the teller vouches for',
        hex: hexOf(offersFrame(1, [{ ...claims, vouched: true }])),
        says: { kind: 'offers', keys: [key], vouched: [true] },
      },
      {
        what: 'two heads of a feed, as a stranger’s',
        hex: hexOf(
          offersFrame(1, [
            { ...claims, vouched: false },
            { ...claims, head: story.head(3), vouched: false },
          ]),
        ),
        says: { kind: 'offers', keys: [key, key], vouched: [false, false] },
      },
      {
        what: 'evidence',
        hex: hexOf(evidenceFrame(1, encodeEvidence(twoRoots))),
        says: { kind: 'evidence', evidence: hexOf(encodeEvidence(twoRoots)) },
      },
    ],
    refused: await refusedFrames(),
    readBack: readBackVectors(),
    second: await secondWireVectors(),
  }
}

async function refusedFrames() {
  const story = await vectorStory()
  const head = story.head(11)
  const fields = [
    octets(story.publicKey),
    head.length,
    head.fork,
    octets(head.root),
    octets(head.signature),
    story.blocks[0],
  ]
  const others = await originOf('12'.repeat(32))
  const newer = (await newerStory()).fields
  return [
    syntax('announcement', 'another version', [2, fields]),
    syntax('announcement', 'a field more', [1, fields, null]),
    syntax('announcement', 'an offer with a field more', [1, [...fields, null]]),
    syntax('announcement', 'a head of no block', [1, fields.with(1, 0)]),
    syntax('announcement', 'a length of 41 bits', [1, fields.with(1, 2 ** 40)]),
    syntax('announcement', 'a signature of 63 octets', [1, fields.with(4, new Uint8Array(63))]),
    syntax('announcement', 'more than 1024 bytes', [1, fields.with(5, new Uint8Array(800))]),
    unsigned('announcement', 'another length than was signed', [1, fields.with(1, 12)]),
    unsigned('announcement', 'a fork that was not signed', [1, fields.with(2, 1)]),
    unsigned('announcement', 'the public key of another', [
      1,
      fields.with(0, octets(signerOf(9).publicKey)),
    ]),
    unsigned('announcement', 'the origin of another feed', [1, fields.with(5, others)]),
    syntax('catalog', 'another version', [2, 0, [null, false]]),
    syntax('catalog', 'a kind of frame that is not known', [1, 3, []]),
    syntax('catalog', 'a URL that is a text string', [1, 0, ['https://node.example', false]]),
    syntax('catalog', 'a URL of another scheme', [1, 0, [text('ftp://node.example'), false]]),
    syntax('catalog', 'a number for a flag', [1, 0, [null, 0]]),
    syntax('catalog', 'no offer', [1, 1, []]),
    syntax('catalog', 'an offer without its flag', [1, 1, [[fields]]]),
    syntax('catalog', 'evidence of no octet', [1, 2, new Uint8Array()]),
    syntax('announcement', 'a feed of format 2', [1, newer]),
    syntax('catalog', 'a feed of format 2', [1, 1, [[newer, true]]]),
    unsigned('catalog', 'a head that was not signed', [1, 1, [[fields.with(1, 12), true]]]),
  ]
}
