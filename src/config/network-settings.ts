import { FOLLOW_POLICIES } from '../contract/following.ts'
import { readAnnouncedAddress, readListenAddress, readPeerAddress } from './multiaddr.ts'
import { setting } from './setting.ts'
import { readFeedKey, readInteger, readOneOf, readPath, readSwitch } from './values.ts'

const GIBIBYTE = 1024 ** 3
const MOST_BYTES = 1024 * 1024 * GIBIBYTE

/** How a node takes part in the network. */
export const NETWORK_SETTINGS = {
  p2p: setting({
    name: 'p2p',
    value: 'MULTIADDR',
    help: 'where this node listens for peers, none: nowhere; repeat it for more',
    kind: 'list',
    fallback: ['/ip4/0.0.0.0/tcp/8001', '/ip6/::/tcp/8001'],
    read: readListenAddress,
  }),
  peer: setting({
    name: 'peer',
    value: 'MULTIADDR',
    help: 'peer to stay connected with, with its peer id at the end; repeat it for more',
    kind: 'list',
    key: 'address',
    fallback: [],
    read: readPeerAddress,
  }),
  announce: setting({
    name: 'announce',
    value: 'MULTIADDR',
    help: 'address that peers are told instead of those found; repeat it for more',
    kind: 'list',
    fallback: [],
    read: readAnnouncedAddress,
  }),
  readOnly: setting({
    name: 'read-only',
    value: '',
    help: 'take no submissions and write no feed',
    kind: 'switch',
    fallback: ['false'],
    read: readSwitch,
  }),
  follow: setting({
    name: 'follow',
    value: 'POLICY',
    help: "whose feeds to copy: listed (named ones and those of configured peers), vouched (also what these vouch for), open (also strangers', within a bounded allowance)",
    kind: 'text',
    fallback: ['open'],
    read: readOneOf(FOLLOW_POLICIES),
  }),
  feed: setting({
    name: 'feed',
    value: 'KEY',
    help: 'feed to copy whoever offers it; repeat it for more',
    kind: 'list',
    key: 'key',
    fallback: [],
    read: readFeedKey,
  }),
  mdns: setting({
    name: 'mdns',
    value: '',
    help: 'find peers on the local network',
    kind: 'switch',
    fallback: ['false'],
    read: readSwitch,
  }),
  readyNeedsPeers: setting({
    name: 'ready-needs-peers',
    value: '',
    help: 'answer /ready with 503 while this node is isolated: it has peers, and none is connected',
    kind: 'switch',
    fallback: ['false'],
    read: readSwitch,
  }),
  swarmKey: setting({
    name: 'swarm-key',
    value: 'FILE',
    help: 'pre-shared key of a private network: only who has it can connect',
    kind: 'text',
    fallback: [],
    read: readPath,
  }),
  strangerBytes: setting({
    name: 'stranger-bytes',
    value: 'N',
    help: "bytes that strangers' feeds may take together",
    kind: 'integer',
    fallback: [String(GIBIBYTE)],
    read: readInteger(0, MOST_BYTES),
  }),
  strangerFeeds: setting({
    name: 'stranger-feeds',
    value: 'N',
    help: "strangers' feeds to copy at most",
    kind: 'integer',
    fallback: ['256'],
    read: readInteger(0, 100_000),
  }),
  peerFeeds: setting({
    name: 'peer-feeds',
    value: 'N',
    help: 'feeds to copy at most by one configured peer: its own, and those it vouches for',
    kind: 'integer',
    fallback: ['1024'],
    read: readInteger(0, 100_000),
  }),
  feedBytesPerHour: setting({
    name: 'feed-bytes-per-hour',
    value: 'N',
    help: 'bytes that one feed may bring within an hour',
    kind: 'integer',
    fallback: [String(4 * GIBIBYTE)],
    read: readInteger(1, MOST_BYTES),
  }),
  feedEntriesPerHour: setting({
    name: 'feed-entries-per-hour',
    value: 'N',
    help: 'entries that one feed may bring within an hour',
    kind: 'integer',
    fallback: ['2000000'],
    read: readInteger(1, 1_000_000_000),
  }),
  totalBytes: setting({
    name: 'total-bytes',
    value: 'N',
    help: 'bytes that all replicas may take together; 0 is no limit',
    kind: 'integer',
    fallback: ['0'],
    read: readInteger(0, MOST_BYTES),
  }),
} as const
