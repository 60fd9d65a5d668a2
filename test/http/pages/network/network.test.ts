import { describe, expect, it } from 'vitest'
import { networkPage } from '../../../../src/http/pages/network/network.ts'
import { NOTHING_SKIPPED } from '../../../../src/contract/following.ts'
import type { PeerStatus } from '../../../../src/contract/peer-status.ts'
import type { KnownFeed, NetworkAnswer } from '../../../../src/contract/network-answer.ts'
import { BROWSER, get, openDoor } from '../../door.ts'

const AT = '2026-11-28T10:00:00.000Z'

const peerOf = (number: number, said: Partial<PeerStatus> = {}): PeerStatus => ({
  peerId: `12D3KooWPeerNumber${String(number).padStart(4, '0')}`,
  addresses: [],
  configured: true,
  removable: false,
  connected: true,
  direction: 'outbound',
  connectedAt: AT,
  gossip: true,
  replicating: true,
  name: null,
  publicUrl: null,
  readOnly: false,
  nextDialAt: null,
  failure: null,
  faults: 0,
  received: 0,
  sent: 0,
  ...said,
})

const feedOf = (number: number, said: Partial<KnownFeed> = {}): KnownFeed => ({
  key: String(number).padStart(64, '0'),
  collection: 'debian',
  owner: peerOf(number).peerId,
  previous: null,
  why: 'peer',
  state: 'following',
  reason: null,
  length: 1_000,
  known: 1_234,
  downloaded: 900,
  indexed: 800,
  evidence: [],
  heads: [{ peerId: peerOf(number).peerId, length: 1_234, heardAt: AT }],
  ...said,
})

const answerOf = (said: Partial<NetworkAnswer>): NetworkAnswer => ({
  node: {
    version: '1.0.0',
    peerId: '12D3KooWThisNode',
    name: null,
    startedAt: AT,
    readOnly: false,
    follow: 'open',
    ready: true,
    isolated: false,
    addresses: [],
    advice: [],
    skipped: NOTHING_SKIPPED,
  },
  peers: [],
  feeds: [],
  omitted: 0,
  ...said,
})

const pageOf = (said: Partial<NetworkAnswer>): string =>
  networkPage(answerOf(said)).replaceAll(/\s+/g, ' ')

const many = <T>(count: number, make: (number: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index))

describe('the page of the network', () => {
  it('stands in the head of every page in place of feeds, peers and status, and leads to them', async () => {
    const { app } = await openDoor()
    const { body } = await get(app, '/network', BROWSER)
    const [head = '', rest = ''] = body.split('</header>')
    expect(head).toContain('href="/network"')
    for (const path of ['/feeds', '/peers', '/status']) {
      expect(head).not.toContain(`href="${path}"`)
      expect(rest).toContain(`href="${path}"`)
    }
    expect(body).toContain('It listens nowhere')
  })

  it('says of this node how far it is behind, and how much is not here and not in the indexes yet', () => {
    const page = pageOf({ peers: [peerOf(1)], feeds: [feedOf(1)] })
    expect(page).toContain('1,000 of 1,234 blocks, 234 behind')
    expect(page).toContain('900 here')
    expect(page).toContain('800 indexed')
    expect(page).toContain('whole: 1,234 blocks, and writes it')
  })

  it('says in one line what was skipped of what newer versions say, and nothing if that is nothing', () => {
    const { node } = answerOf({})
    expect(pageOf({})).not.toContain('Skipped')
    const skipped = { ...node.skipped, frames: 1_200, fields: 3 }
    expect(pageOf({ node: { ...node, skipped } })).toContain(
      'Skipped since the start, as only a newer version knows them: 1,200 frames of the catalog, 3 arrays with more fields.',
    )
  })

  it('says why a feed is paused, and why one is not copied', () => {
    const page = pageOf({
      feeds: [
        feedOf(1, { state: 'paused', reason: 'its quota of bytes is used up' }),
        feedOf(2, { state: 'refused', why: 'stranger', reason: 'follow is "listed"', length: 0 }),
      ],
    })
    expect(page).toMatch(/<span class="no">paused<\/span> <span class="quiet">its quota of bytes/)
    expect(page).toMatch(/Offered and not copied.*follow is &quot;listed&quot;/)
  })

  it('says of a node that has not told what it is nothing, and of a feed that it does not hold nothing', () => {
    const page = pageOf({ peers: [peerOf(2, { readOnly: null })], feeds: [feedOf(1)] })
    expect(page).toContain('not said')
    expect(page).toContain('nothing that is known here')
  })

  it('draws up to twelve nodes, and of more shows a table with the first of them', () => {
    const drawn = pageOf({ peers: many(11, peerOf), feeds: many(11, feedOf) })
    expect(drawn.match(/<circle /g)).toHaveLength(12)
    const large = pageOf({ peers: many(30, peerOf), feeds: many(200, feedOf), omitted: 5 })
    expect(large).not.toContain('<circle ')
    expect(large).toContain('31 nodes are too many for a drawing')
    expect(large.match(/scope="col" class="who"/g)).toHaveLength(13)
    expect(large).toContain('and 18 more peers, in the JSON')
    expect(large).toContain('and 140 more feeds, in the JSON')
    expect(large.length).toBeLessThan(500_000)
  })

  it('draws writers who are no peers as far as there is room, and says how many more there are', () => {
    const page = pageOf({ peers: [peerOf(0)], feeds: many(20, feedOf) })
    expect(page.match(/<circle /g)).toHaveLength(12)
    expect(page).toContain('and 9 more nodes that wrote feeds')
  })

  it('shows what peers say as text', () => {
    const evil = `"><script>alert('1')</script>`
    const page = pageOf({
      peers: [
        peerOf(1, { peerId: evil, publicUrl: `https://a.example/${evil}` }),
        peerOf(2, { connected: false, direction: null, failure: evil }),
      ],
      feeds: [
        feedOf(1, { owner: evil, collection: evil, heads: [] }),
        feedOf(2, { state: 'paused', reason: evil }),
        feedOf(3, { state: 'refused', reason: evil, owner: evil }),
      ],
    })
    expect(page).not.toContain('<script>')
    expect(page).toContain('&quot;&gt;&lt;script&gt;')
    expect(page).not.toMatch(/style="|\son\w+="/)
  })
})
