/*
 * The house: every room, its floor, what it is, and the rooms that it may import. A room is a folder of src/; whatever is not named here is
 * refused, a new folder too. Each imports only what stands above it here, so that there is no circle.
 */

export interface Room {
  readonly floor: number
  /** A folder below src/. */
  readonly name: string
  readonly says: string
  /** Names of rooms; `a/*` is the room `a` and all rooms in it, `*` is every room. */
  readonly imports: readonly string[]
}

function room(place: string, says: string, imports = ''): Room {
  const [floor, name = ''] = place.split(' ')
  return { floor: Number(floor), name, says, imports: imports.split(' ').filter(Boolean) }
}

export const ROOMS: readonly Room[] = [
  room('0 base', 'errors, logger, time, concurrency, shares of an address'),
  room('1 certification/artifacts', 'artifacts, source identifiers, segments of paths'),
  room(
    '1 certification/dialects',
    'what each kind of document says',
    'base certification/artifacts',
  ),
  room('1 certification/versions', 'the order of versions', 'base certification/dialects'),
  room('1 certification/signatures', 'OpenPGP and Ed25519 keys and signatures', 'base'),
  room(
    '1 certification',
    'bytes -> id and verification; paths, admission, policy',
    'base certification/artifacts certification/dialects certification/signatures',
  ),
  room(
    '1 certification/agreement',
    'the one judge of who agrees, and the verdict of a policy',
    'base certification certification/artifacts certification/dialects certification/signatures',
  ),
  room('1 feeds/format', 'entries, blocks, heads, proofs, evidence: bytes and arithmetic', 'base'),
  room(
    '1 contract',
    'the types that rooms pass each other, and the schema of every body of the API',
    'base certification/* feeds/format',
  ),
  room('1 client', 'asks a node, over HTTP or its control socket', 'base certification/* contract'),
  room(
    '2 storage',
    'one LevelDB: locked, marked with its format, compacted; which item leaves a full place',
    'base',
  ),
  room(
    '2 feeds/store',
    'feeds on the disk: the only room that knows hypercore',
    'base feeds/format',
  ),
  room('2 state', 'what this node alone knows', 'base storage'),
  room(
    '2 indexes',
    'answers, keyring, cursors: rows that can be built again',
    'base certification/* contract storage',
  ),
  room(
    '3 repository/work-budget',
    'how much of the main thread an answer may take, and whose turn it is',
    'base certification indexes',
  ),
  room(
    '3 repository/verification',
    'the threads that verify, and what they remember',
    'base certification certification/dialects certification/signatures',
  ),
  room(
    '3 repository/keys',
    'the keyring, and keys from files',
    'base certification certification/agreement certification/signatures contract indexes repository/verification repository/work-budget',
  ),
  room(
    '3 repository/tombstones',
    'what is withheld, and what is left of its blocks',
    'base feeds/format state',
  ),
  room(
    '3 repository/scope',
    'what is kept of the feeds of others, by rules',
    'base certification/* contract feeds/format repository/keys state',
  ),
  room(
    '3 repository/entries',
    'the bytes of a row, out of their feed',
    'base certification certification/agreement certification/artifacts certification/dialects contract feeds/format indexes repository/keys repository/scope repository/tombstones repository/verification state',
  ),
  room(
    '3 repository/following',
    'feed -> pairs -> verification -> rows: the same feeds give the same rows',
    'base certification/* contract feeds/format indexes repository/entries repository/keys repository/scope repository/tombstones repository/verification repository/work-budget',
  ),
  room(
    '3 repository/own-feeds',
    'journal, append, settle: the one writer of own feeds',
    'base certification certification/dialects feeds/format feeds/store indexes repository/entries repository/following state',
  ),
  room(
    '3 repository/key-intake',
    'how a key is learnt, and a revocation without its key',
    'base certification/signatures contract indexes repository/entries repository/following repository/keys repository/own-feeds repository/verification state',
  ),
  room(
    '3 repository/queries',
    'answers out of the indexes; writes nothing',
    'base certification/* contract feeds/format indexes repository/entries repository/following repository/keys repository/work-budget',
  ),
  room(
    '3 repository/events',
    'what has come, told as it comes',
    'base contract indexes repository/following repository/queries repository/work-budget',
  ),
  room(
    '3 repository/withholding',
    'tombstone -> rows -> erased -> compacted -> said to be gone',
    'base certification certification/artifacts contract feeds/* indexes repository/entries repository/following repository/own-feeds repository/queries repository/tombstones state',
  ),
  room(
    '3 repository/submission',
    'from bytes with an address to a receipt; read submit.ts',
    'base certification certification/artifacts certification/dialects contract feeds/format indexes repository/entries repository/following repository/key-intake repository/keys repository/own-feeds repository/queries repository/tombstones repository/verification state',
  ),
  room(
    '3 repository',
    'joins these to what a node does',
    'base certification/* contract feeds/* indexes repository/* state',
  ),
  room(
    '3 network/frames',
    'announcements, catalog frames, offers, statements: bytes',
    'base contract feeds/format',
  ),
  room('3 network/hosting', 'libp2p, connections, seats', 'base contract network/frames'),
  room(
    '3 network/heads',
    'heads that others signed, what peers say that they have, and evidence',
    'base contract feeds/format network/frames state',
  ),
  room(
    '3 network/copies',
    'who else has the feeds: blocks that are read back from peers',
    'base contract feeds/format network/frames network/heads network/hosting state',
  ),
  room(
    '3 network/exchange',
    'where peers can be dialled that nobody named, and whom of them to dial',
    'base feeds/format network/frames network/heads network/hosting state',
  ),
  room(
    '3 network/replication',
    'which feeds are copied, and the sessions that copy',
    'base contract feeds/* network/frames network/heads network/hosting state',
  ),
  room(
    '3 network/announcing',
    'gossip and catalog',
    'base contract feeds/format network/exchange network/frames network/heads network/hosting network/replication',
  ),
  room(
    '3 network',
    'joins these to how feeds travel',
    'base client contract feeds/* network/* state',
  ),
  room(
    '4 check',
    'what a policy makes of what nodes answer; needs no node in its process',
    'base certification/* client contract feeds/format network/frames',
  ),
  room('5 http/transport', 'what every request meets', 'base certification contract'),
  room('5 http/assets', 'style sheet and scripts of pages, as browsers read them'),
  room(
    '5 http/search/typed',
    'what somebody may have typed: an address, a checksum, coordinates',
    'certification',
  ),
  room(
    '5 http/search',
    'finds what was meant',
    'base certification certification/artifacts contract http/search/typed http/transport repository/work-budget',
  ),
  room(
    '5 http/pages/elements',
    'HTML, layout, tables, references',
    'certification certification/artifacts certification/signatures contract',
  ),
  room(
    '5 http/pages/agreement',
    'pages that compare',
    'certification/* contract http/pages/elements',
  ),
  room(
    '5 http/pages/certification',
    'pages of certifications',
    'certification/* contract http/pages/agreement http/pages/elements',
  ),
  room(
    '5 http/pages/rebuilder',
    'pages of rebuilders and keys',
    'certification/* contract http/pages/certification http/pages/elements',
  ),
  room('5 http/pages/network', 'pages of feeds and peers', 'contract http/pages/elements'),
  room(
    '5 http/pages',
    'all other pages',
    'base certification contract http/pages/elements http/search http/transport',
  ),
  room(
    '5 http/answers',
    'what several routes answer alike',
    'base certification/* contract http/pages/* http/search http/transport',
  ),
  room(
    '5 http/routes',
    'the API, a file for each part of it',
    'base certification certification/artifacts contract http/answers http/assets http/pages/* http/search http/transport',
  ),
  room(
    '5 http/clients',
    'the APIs of other programs, as their clients speak them',
    'base contract http/answers http/pages/rebuilder http/routes http/transport',
  ),
  room('5 http/control', 'the socket of the operator', 'base contract http/answers http/transport'),
  room(
    '5 http',
    'the server',
    'base contract http/answers http/clients http/routes http/transport',
  ),
  room(
    '5 cli/terminal',
    'arguments, tables, progress, exits',
    'base certification/dialects client contract',
  ),
  room(
    '5 cli/nodes',
    'which nodes a command asks',
    'base certification/dialects client cli/terminal contract',
  ),
  room(
    '5 cli/commands',
    'a file for each command',
    'base certification/* check cli/nodes cli/terminal client contract feeds/format',
  ),
  room(
    '6 config',
    'settings; only the files of `.` read it',
    'base certification certification/dialects check contract',
  ),
  room('6 .', 'opens the parts, starts them and serves; main.ts is the program', '*'),
]

/** Files of less than 25 lines that one other file imports, and why each stands by itself. */
export const SMALL: ReadonlyMap<string, string> = new Map([
  ['certification/signatures/split-keyring.ts', 'an operation on keyrings, tested by itself'],
  ['cli/terminal/standard-input.ts', 'main.ts hands it to every command'],
  ['http/assets/assets.ts', 'finds the files that lie beside it'],
  ['http/routes/page-parts.ts', 'a part of the API'],
  ['http/answers/scope-header.ts', 'what every answer carries, tested by itself'],
  ['http/pages/rebuilder/keys.ts', 'a page'],
  ['network/hosting/discovery.ts', 'the only file that knows mDNS'],
  ['certification/versions/product-version.ts', 'an order of versions, as its neighbours are'],
  ['certification/unsigned.ts', 'a task of the threads, as its neighbours are'],
])

/** Packages that only these rooms know. */
export const PACKAGES: readonly (readonly [string, readonly string[]])[] = [
  ['hypercore', ['feeds/store']],
  ['corestore', ['feeds/store']],
  ['hypercore-storage', ['feeds/store']],
  ['level', ['storage']],
  ['libp2p', ['network/*']],
  ['@chainsafe/libp2p-gossipsub', ['network/*']],
  ['fastify', ['http/*']],
  ['openpgp', ['certification/signatures']],
  ['piscina', ['repository/verification']],
  // whole compilers: answers are read by client/answers.ts, and fastify's validator checks bodies
  ['ajv', []],
  ['typebox/compile', []],
  ['typebox/schema', []],
  ['typebox/value', []],
]

/** Modules of Node, without their `node:`, and the rooms that may know them. */
export const NODE_MODULES: readonly (readonly [string, readonly string[]])[] = [
  ['async_hooks', ['base']],
  ['buffer', ['http/routes']],
  ['child_process', ['check']],
  [
    'crypto',
    [
      'base',
      'certification/signatures',
      'certification',
      'feeds/format',
      'feeds/store',
      'state',
      'indexes',
      'repository/verification',
      'repository/keys',
      'repository/tombstones',
      'repository/entries',
      'repository/scope',
      'repository/following',
      'repository/key-intake',
      'repository/queries',
      'repository/submission',
      'network/hosting',
      'network/copies',
      'check',
      'http/answers',
    ],
  ],
  ['dns/promises', ['http/transport', 'network/exchange']],
  ['events', ['repository/own-feeds', 'http/transport']],
  ['fs', ['base', 'check', 'http/assets', 'cli/terminal', 'config', '.']],
  [
    'fs/promises',
    [
      'base',
      'storage',
      'indexes',
      'repository/keys',
      'network/hosting',
      'check',
      'http/control',
      'cli/terminal',
      'cli/commands',
      'config',
      '.',
    ],
  ],
  ['http', ['client', 'http/transport', 'http/answers']],
  ['module', ['check']],
  [
    'net',
    [
      'base',
      'network/hosting',
      'http/transport',
      'http/answers',
      'http/routes',
      'http/control',
      'config',
    ],
  ],
  ['os', ['check', 'cli/terminal', 'config', '.']],
  [
    'path',
    [
      'base',
      'client',
      'storage',
      'feeds/store',
      'state',
      'check',
      'cli/terminal',
      'cli/commands',
      'config',
      '.',
    ],
  ],
  ['perf_hooks', ['base']],
  ['querystring', ['http/clients']],
  ['stream', ['check', 'http/routes']],
  ['stream/promises', ['check']],
  [
    'timers/promises',
    ['base', 'client', 'repository/following', 'repository/events', 'check', 'cli/commands', '.'],
  ],
  ['tty', ['cli/terminal']],
  ['util', ['base', 'feeds/format', 'check', 'cli/terminal']],
  ['v8', ['base']],
  ['zlib', ['feeds/format', 'check']],
]

/** Rooms without a clock, a disk and a network: their functions are tested with bytes alone. */
export const PURE: readonly string[] = ['certification/*', 'feeds/format', 'contract']

/** What package.json exports to other programs: it names nothing else, and nothing here need name what it exports. */
export const PUBLIC: readonly string[] = ['check/check.ts']

/** Rooms without a test of their own in the folder of test/ that mirrors them, and where they are tested. */
export const UNTESTED: ReadonlyMap<string, string> = new Map([
  [
    '.',
    'puts all others together: test/programs starts it, test/repository and test/network open it',
  ],
  ['http/assets', 'runs in browsers: test/browser'],
])

/** Folders of test/ that are named after no room: what is there is larger than a room, or no part of src/. */
export const LARGER: readonly string[] = ['browser', 'programs', 'programs/mesh', 'scripts', 'spec']
