import { describe, expect, it } from 'vitest'
import { networkPage } from '../../../../src/http/pages/network/network.ts'
import type { NetworkAnswer } from '../../../../src/contract/network-answer.ts'
import { BROWSER, get, openDoor } from '../../door.ts'
import {
  answerOf,
  AT,
  awayOf,
  feedOf,
  many,
  meshOf,
  ownFeedOf,
  peerIdOf,
  peerOf,
} from '../../../support/network-answer.ts'

const EVIL = `"><script>alert('1')</script>`
const shortOf = (number: number): string => `…${peerIdOf(number).slice(-12)}`

/** What stands in the lane of a title. */
const laneOf = (page: string, title: string): string =>
  page.split('<section').find((part) => part.includes(title)) ?? ''

const pageOf = (said: Partial<NetworkAnswer>): string =>
  networkPage(answerOf(said)).replaceAll(/\s+/g, ' ')

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
    expect(page).toContain('whole: 1,234 blocks, its copy counts, it writes this feed')
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

  it('says of a feed that a node does not hold nothing', () => {
    const page = pageOf({ peers: [peerOf(2)], feeds: [feedOf(1)] })
    expect(page).toContain('nothing that is known here')
  })

  it('says who is connected and who dialled, and of configured peers that are away why, in a lane each', () => {
    const page = pageOf({
      peers: [
        peerOf(0),
        peerOf(1, { direction: 'inbound', readOnly: true }),
        peerOf(2, { configured: false }),
        awayOf(3),
      ],
      feeds: [feedOf(4)],
    })
    const named = laneOf(page, '2 configured peers, connected')
    expect(named).toMatch(new RegExp(`this node dialled it: .*${shortOf(0)}`))
    expect(named).toMatch(new RegExp(`it dialled this node: .*${shortOf(1)}.*read-only`))
    expect(laneOf(page, '1 other node, connected')).toContain(shortOf(2))
    const away = laneOf(page, '1 configured peer, not connected')
    expect(away).toMatch(new RegExp(`${shortOf(3)}.*/dns4/node-3.example/tcp/8001.*it refuses`))
    expect(away).toContain('dialled again')
    expect(laneOf(page, '1 node, known only by what it wrote or said')).toContain(shortOf(4))
    expect(page).toContain('Connected with 2 of 3 configured peers and 1 node besides.')
    expect(page).toContain('1 configured peer is not connected.')
  })

  it('says that it is alone, and that it is isolated, in words and in red', () => {
    expect(pageOf({})).toContain('This node is connected with nobody, and no peer is configured.')
    const { node } = answerOf()
    const page = pageOf({ node: { ...node, isolated: true }, peers: [awayOf(0)] })
    expect(page).toContain(
      '<span class="no" >This node is isolated: it has peers, and none of them is connected.</span',
    )
    expect(page).toContain('<div class="mesh isolated">')
    expect(page).not.toContain('connected with nobody')
    expect(pageOf({ peers: [awayOf(0)] })).toContain('This node is connected with nobody.')
  })

  it('says that a URL has not answered, and not that no peer is configured', () => {
    const page = pageOf({ unanswered: 1 })
    expect(page).toContain(
      'This node is connected with nobody. 1 configured URL has not answered yet.',
    )
    expect(page).not.toContain('no peer is configured')
  })

  it('says how many peers are remembered of whom others told', () => {
    expect(pageOf({ remembered: 1 })).toContain('1 more that others told of is remembered')
    expect(pageOf({})).not.toContain('remembered')
  })

  it('calls two nodes of one name by their peer ids too, and tells when one that is no peer was heard of', () => {
    const page = pageOf({
      peers: [peerOf(0), peerOf(1)],
      nodes: [0, 1, 2].map((number) => ({ peerId: peerIdOf(number), name: 'Münster', saidAt: AT })),
    })
    const named = laneOf(page, '2 configured peers, connected')
    for (const number of [0, 1])
      expect(named).toMatch(
        new RegExp(`<bdi>Münster</bdi></b> <span class="hex whole" title="${peerIdOf(number)}">`),
      )
    expect(laneOf(page, 'known only by')).toMatch(/heard of <time datetime="2026-11-28T10:00/)
  })

  it('says in red of which feeds there are fewer copies than wanted, and how many', () => {
    const feeds = [
      ownFeedOf('debian', 9, 1),
      ownFeedOf('maven', 5, 2),
      ownFeedOf('empty', 1, 0),
      feedOf(7, { copies: { counted: 0, claims: 2, only: 12, peers: [] } }),
    ]
    const page = pageOf({ peers: [peerOf(0), peerOf(1)], feeds, copies: { wanted: 2, short: 2 } })
    expect(page).toContain(
      'Fewer than 2 other nodes have a copy of 1 feed of this node, as min-copies wants. Of 1 feed of others something is known to be here alone.',
    )
    expect(page).toContain('<span class="no">1 of 2</span>')
    expect(page).toContain('<span class="whole">2</span>')
    expect(page).toContain('<span class="no">0</span><div class="quiet">2 claims</div>')
    expect(page).toContain('no entries')
    expect(page).toContain('<span class="yes">✓ copy of some feeds</span>')
    const enough = pageOf({ feeds: feeds.slice(1, 3), copies: { wanted: 2, short: 0 } })
    expect(enough).not.toContain('class="no"')
  })

  it('says that nobody else has anything of what it writes, though nobody has said how many copies there should be', () => {
    const page = pageOf({ feeds: [ownFeedOf('debian', 9, 0), ownFeedOf('maven', 9, 0)] })
    expect(page).toContain('No other node is known to have 2 feeds of this node.')
  })

  it('marks whose copy counts, and who only says that he has one', () => {
    const feed = ownFeedOf('debian', 9, 2)
    const page = pageOf({
      peers: [peerOf(0), peerOf(1)],
      feeds: [{ ...feed, copies: { counted: 1, claims: 1, only: 0, peers: [peerIdOf(0)] } }],
    })
    expect(page).toContain('whole: 9 blocks, its copy counts')
    expect(page).toContain('whole: 9 blocks</span')
    expect(page).toMatch(
      new RegExp(`${shortOf(0)}</span>\\s*<div class="tags">\\s*<span class="yes">✓ copy<`),
    )
    expect(page).toMatch(
      new RegExp(`${shortOf(1)}</span>\\s*<div class="tags">\\s*<span>says it has a copy<`),
    )
  })

  it('counts what a node lacks below the length of its copy', () => {
    const feed = feedOf(0, {
      heads: [{ peerId: peerIdOf(0), length: 1_234, lacking: 1_000, heardAt: AT }],
    })
    expect(pageOf({ peers: [peerOf(0)], feeds: [feed] })).toContain(
      '234 of 1,234 blocks, 1,000 behind',
    )
  })

  it('shows each of 50 nodes, and as many feeds as there is room for', () => {
    const page = networkPage(meshOf(50, 6, 9))
    expect(page.match(/<li class="node">/g)).toHaveLength(50)
    expect(page.match(/class="held-by/g)).toHaveLength(51)
    expect(page).toMatch(/and 23 more feeds, in the JSON/)
    expect(page.length).toBeLessThan(300_000)
  })

  it('is bounded, and says what it leaves out', () => {
    const peers = many(300, (number) => peerOf(number, { configured: false, direction: 'inbound' }))
    const feeds = many(200, (number) =>
      feedOf(number, {
        heads: peers.map(({ peerId }) => ({ peerId, length: 1_000, heardAt: AT })),
      }),
    )
    const page = pageOf({ peers, feeds, omitted: 5 })
    expect(page).toContain('and 240 more, in the JSON')
    expect(page).toContain('and 250 more nodes, in the JSON')
    expect(page).toContain('and 171 more feeds, in the JSON')
    expect(page).toContain('and 5 more feeds')
    expect(page.length).toBeLessThan(500_000)
  })

  it('shows what peers say as text', () => {
    const page = pageOf({
      node: { ...answerOf().node, name: EVIL },
      peers: [
        peerOf(1, { peerId: EVIL, publicUrl: `https://a.example/${EVIL}` }),
        awayOf(2, { failure: EVIL, addresses: [EVIL] }),
        peerOf(3),
      ],
      nodes: [{ peerId: peerIdOf(3), name: EVIL, saidAt: null }],
      feeds: [
        feedOf(1, { owner: EVIL, collection: EVIL, heads: [] }),
        feedOf(2, { state: 'paused', reason: EVIL }),
        feedOf(3, { state: 'refused', reason: EVIL, owner: EVIL }),
        feedOf(4, { owner: peerIdOf(3), heads: [{ peerId: peerIdOf(3), length: 3, heardAt: AT }] }),
      ],
    })
    expect(page).not.toContain('<script>')
    expect(page).toContain('<bdi>&quot;&gt;&lt;script&gt;')
    expect(page).not.toMatch(/style="|\son\w+="/)
  })
})
