import { expect, test } from 'vitest'
import { dialFailure, peerIdOf } from '../../../src/network/hosting/peer-address.ts'

const PEER_ID = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN'

const saying = (words: string): unknown => expect.stringContaining(words)

test('a peer is named by the id at the end of its address', () => {
  expect(peerIdOf(`/dns4/node.example/tcp/8001/p2p/${PEER_ID}`)).toBe(PEER_ID)
  expect(peerIdOf(`/p2p/${PEER_ID}`)).toBe(PEER_ID)
})

test.each([
  ['nothing', ''],
  ['no address', 'node.example:8001'],
  ['an address without an id', '/dns4/node.example/tcp/8001'],
  ['an id that is none', '/dns4/node.example/tcp/8001/p2p/12D3KooW'],
  ['an id that is the name of a host', `/dns4/${PEER_ID}`],
  ['an id that is not at the end', `/dns4/node.example/p2p/${PEER_ID}/p2p-circuit`],
])('%s is refused, and it is said what an address looks like', (_, address) => {
  expect(() => peerIdOf(address)).toThrow(
    expect.objectContaining({
      code: 'SETTING_INVALID',
      message: saying(`/p2p/12D3KooW…, which it shows at its start, not "${address}"`),
    }),
  )
})

test.each([
  [
    'Payload identity key 12D3KooWother does not match expected remote identity key',
    'another node answers there: its peer id is 12D3KooWother',
  ],
  ['read ECONNRESET', 'it ends the connection at once: it has another swarm-key, or is no node'],
  ['Unexpected end of input', 'it ends the connection at once'],
  ['The operation was aborted', 'it does not answer in time'],
  ['The operation timed out', 'it does not answer in time'],
  ['connect ECONNREFUSED 127.0.0.1:1', 'connect ECONNREFUSED 127.0.0.1:1'],
])('a dial that fails with %j is said in words', (message, words) => {
  expect(dialFailure(new Error(message))).toContain(words)
  expect(dialFailure(message)).toContain(words)
})

test('a dial of which every address failed is said by the reason of each, once', () => {
  const refused = new Error('connect ECONNREFUSED 127.0.0.1:1')
  const all = new AggregateError([refused, refused, new Error('timed out')], 'All dials failed')
  expect(dialFailure(all)).toBe(
    `${refused.message}; it does not answer in time: something is in the way, or it has another swarm-key`,
  )
})
