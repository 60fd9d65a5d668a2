import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { RESERVED_NAMES } from '../../src/config/collections.ts'
import { SETTING_OPTIONS } from '../../src/config/settings.ts'
import { type Config, loadConfig, type Sources } from '../../src/config/config.ts'
import { ConfigError } from '../../src/base/errors.ts'

const NOTHING: Sources = { flags: {}, environment: {}, folder: '/somewhere' }

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-config-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

async function fromFile(toml: string): Promise<Config> {
  const folder = await folderWith({ 'node.toml': toml })
  return loadConfig({ ...NOTHING, flags: { config: 'node.toml' }, folder })
}

async function refusal(config: Promise<unknown>): Promise<string> {
  const error: unknown = await config.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ConfigError)) throw new Error(`not refused: ${String(error)}`)
  return `${error.code} ${error.message}`
}

test('without any setting a node listens on 127.0.0.1:8000, keeps its data in ./data and has three collections', async () => {
  const config = await loadConfig(NOTHING)
  expect(config).toMatchObject({
    data: '/somewhere/data',
    http: { host: '127.0.0.1', port: 8000 },
    keyrings: [],
    trustProxy: [],
    submissionsPerMinute: 600,
    waiting: { items: 1000, bytes: 64 * 1024 * 1024, hours: 24 },
    collections: [
      { name: 'debian', dialect: 'debian', admit: 'any' },
      { name: 'maven', dialect: 'jvm', admit: 'any' },
      { name: 'rebuilderd', dialect: 'in-toto', admit: 'any' },
    ],
  })
  expect(config.publicUrl).toBeUndefined()
  expect(config.verificationThreads).toBeGreaterThan(0)
})

test('a flag wins over the environment, that over the file, that over the default', async () => {
  const folder = await folderWith({
    'node.toml': 'http = "127.0.0.1:1"\nlog-level = "warn"\ndata = "file"\n',
  })
  const environment = { COUNTERSIGN_HTTP: '127.0.0.1:2', COUNTERSIGN_DATA: 'environment' }
  const flags = { config: 'node.toml', http: '127.0.0.1:3' }
  const config = await loadConfig({ flags, environment, folder })
  expect(config.http.port).toBe(3)
  expect(config.data).toBe(join(folder, 'environment'))
  expect(config.logLevel).toBe('warn')
  expect(config.submissionsPerMinute).toBe(600)
})

test('COUNTERSIGN_CONFIG names the file where no flag does, and an empty variable is none', async () => {
  const folder = await folderWith({ 'a.toml': 'data = "a"', 'b.toml': 'data = "b"' })
  const environment = { COUNTERSIGN_CONFIG: 'a.toml', COUNTERSIGN_HTTP: '' }
  expect((await loadConfig({ flags: {}, environment, folder })).data).toBe(join(folder, 'a'))
  const flags = { config: 'b.toml' }
  expect((await loadConfig({ flags, environment, folder })).data).toBe(join(folder, 'b'))
})

test('relative paths in a file count from the file, others from the folder one stands in', async () => {
  const folder = await folderWith({
    'node.toml': 'data = "state"\nkeyring = "one.asc"\n',
    'one.asc': '',
    'two.asc': '',
  })
  const file = await loadConfig({ ...NOTHING, flags: { config: join(folder, 'node.toml') } })
  expect(file.data).toBe(join(folder, 'state'))
  expect(file.keyrings).toEqual([join(folder, 'one.asc')])
  const flags = { data: 'x', keyring: ['one.asc', 'two.asc'] }
  const flagged = await loadConfig({ ...NOTHING, flags, folder })
  expect(flagged.keyrings).toEqual([join(folder, 'one.asc'), join(folder, 'two.asc')])
})

test.each([
  ['127.0.0.1:8000', { host: '127.0.0.1', port: 8000 }],
  ['[::1]:8000', { host: '::1', port: 8000 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
])('http takes %s', async (http, address) => {
  expect((await loadConfig({ ...NOTHING, flags: { http } })).http).toEqual(address)
})

test('http takes every address of the machine if no host is given', async () => {
  const { http } = await loadConfig({ ...NOTHING, flags: { http: ':8000' } })
  expect(['::', '0.0.0.0']).toContain(http.host)
})

test.each([
  '',
  '8000',
  'banana',
  'localhost',
  '127.0.0.1:65536',
  '127.0.0.1:-1',
  '127.0.0:80',
  '::1:8000',
  '[127.0.0.1]:80',
  '[::zz]:80',
  '-x:80',
  'http://127.0.0.1:80',
  '127.0.0.1:80/x',
])('http refuses "%s", naming the flag', async (http) => {
  expect(await refusal(loadConfig({ ...NOTHING, flags: { http } }))).toMatch(
    /^SETTING_INVALID --http: http /,
  )
})

test.each([
  ['public-url', 'ftp://x'],
  ['public-url', 'example.org'],
  ['public-url', 'https://example.org/?q'],
  ['public-url', 'https://me:secret@example.org'],
  ['trust-proxy', ['10.0.0.0/33']],
  ['trust-proxy', ['proxy.example']],
  ['trust-proxy', ['10.0.0.1/8/8']],
  ['submissions-per-minute', '-1'],
  ['submissions-per-minute', '1e3'],
  ['waiting-hours', '0'],
  ['waiting-items', 'many'],
  ['verification-threads', '257'],
  ['log-level', 'loud'],
  ['keyring', ['/does/not/exist.asc']],
  ['data', ''],
  ['data', '/dev/null'],
])('%s refuses %s, naming the flag', async (name, value) => {
  expect(await refusal(loadConfig({ ...NOTHING, flags: { [name]: value } }))).toContain(
    `SETTING_INVALID --${name}: `,
  )
})

test('a wrong or unknown variable is refused by its name, with the nearest one', async () => {
  const wrong = { COUNTERSIGN_HTTP: 'x' }
  expect(await refusal(loadConfig({ ...NOTHING, environment: wrong }))).toMatch(
    /^SETTING_INVALID environment COUNTERSIGN_HTTP: /,
  )
  const unknown = { COUNTERSIGN_HTPT: ':80' }
  expect(await refusal(loadConfig({ ...NOTHING, environment: unknown }))).toBe(
    'SETTING_UNKNOWN environment COUNTERSIGN_HTPT: there is no such setting; did you mean "COUNTERSIGN_HTTP"?',
  )
})

test('variables that a container platform sets for a service of our name are no settings of ours', async () => {
  const environment = {
    COUNTERSIGN_SERVICE_HOST: '10.0.0.1',
    COUNTERSIGN_PORT: 'tcp://10.0.0.1:8000',
    COUNTERSIGN_PORT_8000_TCP_ADDR: '10.0.0.1',
  }
  expect((await loadConfig({ ...NOTHING, environment })).http.port).toBe(8000)
})

const PEER = `/dns4/node.example/tcp/8001/p2p/12D3KooW${'A'.repeat(44)}`

test('peering is set in one place: addresses, peers, whose feeds to copy, and how much', async () => {
  const config = await fromFile(`p2p = ["/ip4/0.0.0.0/tcp/9001", "/ip6/::/tcp/9001"]
announce = "/dns4/me.example/tcp/443"
read-only = true
follow = "vouched"
stranger-bytes = 5
[[peer]]
address = "${PEER}"
[[feed]]
key = "${'A'.repeat(64)}"
`)
  expect(config.readOnly).toBe(true)
  expect(config.network).toMatchObject({
    listen: ['/ip4/0.0.0.0/tcp/9001', '/ip6/::/tcp/9001'],
    anyPort: false,
    announce: ['/dns4/me.example/tcp/443'],
    peers: [PEER],
    follow: 'vouched',
    feeds: ['a'.repeat(64)],
    quotas: { strangerBytes: 5, strangerFeeds: 256 },
  })
})

test('without a setting a node listens on 8001 of every address, or on any port if that is taken', async () => {
  const { network, readOnly } = await loadConfig(NOTHING)
  expect(network).toMatchObject({
    listen: ['/ip4/0.0.0.0/tcp/8001', '/ip6/::/tcp/8001'],
    anyPort: true,
    peers: [],
    follow: 'open',
  })
  expect(readOnly).toBe(false)
})

test('the same is said by flags and variables, and p2p none listens nowhere', async () => {
  const byFlag = await loadConfig({
    ...NOTHING,
    flags: { p2p: ['none'], peer: [PEER], 'read-only': true },
  })
  expect(byFlag).toMatchObject({
    readOnly: true,
    network: { listen: [], anyPort: false, peers: [PEER] },
  })
  const environment = {
    COUNTERSIGN_READ_ONLY: 'true',
    COUNTERSIGN_PEER: PEER,
    COUNTERSIGN_P2P: 'none',
  }
  expect(await loadConfig({ ...NOTHING, environment })).toMatchObject({
    readOnly: true,
    network: { listen: [], peers: [PEER] },
  })
})

test.each([
  '/ip4/300.0.0.1/tcp/1',
  '/ip4/1.2.3.4/udp/1',
  '/ip4/1.2.3.4/tcp/70000',
  'localhost:8001',
  '/dns4/x/tcp/1',
])('nothing listens at %s', async (p2p) => {
  expect(await refusal(loadConfig({ ...NOTHING, flags: { p2p: [p2p] } }))).toMatch(
    /^SETTING_INVALID --p2p: p2p must be like/,
  )
})

test('a variable of a list is separated by commas', async () => {
  const environment = { COUNTERSIGN_TRUST_PROXY: '127.0.0.1, 10.0.0.0/8,::1' }
  const { trustProxy } = await loadConfig({ ...NOTHING, environment })
  expect(trustProxy).toEqual(['127.0.0.1', '10.0.0.0/8', '::1'])
})

test('every setting can be given by file, variable and flag', () => {
  expect(Object.keys(SETTING_OPTIONS).toSorted()).toEqual([
    'announce',
    'config',
    'connections',
    'copies-of',
    'data',
    'feed',
    'feed-bytes-per-hour',
    'feed-entries-per-hour',
    'follow',
    'http',
    'keyring',
    'log-level',
    'mdns',
    'min-copies',
    'name',
    'p2p',
    'pages-policy',
    'peer',
    'peer-feeds',
    'public-url',
    'read-only',
    'ready-needs-peers',
    'share-address',
    'stranger-bytes',
    'stranger-feeds',
    'submissions-per-minute',
    'swarm-key',
    'total-bytes',
    'trust-proxy',
    'verification-threads',
    'waiting-bytes',
    'waiting-hours',
    'waiting-items',
  ])
})

test.each([
  [
    'data = "d"\n\nhtpt = ":80"\n',
    'SETTING_UNKNOWN node.toml line 3: there is no setting "htpt"; did you mean "http"?',
  ],
  [
    'keyrings = []',
    'SETTING_UNKNOWN node.toml line 1: there is no setting "keyrings"; did you mean "keyring"?',
  ],
  [
    'read-only = "yes"',
    'SETTING_INVALID node.toml line 1: read-only must be true or false, without quotes',
  ],
  [
    `min-copies = 3\ncopies-of = ["12D3KooW${'A'.repeat(44)}", "12D3KooW${'B'.repeat(44)}"]`,
    'SETTING_INVALID node.toml line 1: min-copies is 3, and copies-of lists 2 operators, each of whom is one copy: nothing could ever reach it. List more operators, or want fewer copies.',
  ],
  [
    'p2p = ["none", "/ip4/0.0.0.0/tcp/8001"]',
    'SETTING_INVALID node.toml line 1: p2p none goes with no other address',
  ],
  [
    '[[peer]]\nadress = "x"',
    'SETTING_INVALID node.toml line 1: peer has no key "adress", only address; a setting that is no part of it stands above the first [[…]] of the file',
  ],
  [
    '[[peer]]\naddress = "/dns4/node.example/tcp/8001"',
    /^SETTING_INVALID node\.toml line 1: peer must be the URL of a node, .*or an address with a peer id/,
  ],
  [
    '[[feed]]\nkey = "abc"',
    /^SETTING_INVALID node\.toml line 1: feed must be the key of a feed, 64 hex digits/,
  ],
  [
    'follow = "all"',
    /^SETTING_INVALID node\.toml line 1: follow must be one of: listed, vouched, open/,
  ],
  ['x = """\nhttp = 1\n"""', 'SETTING_UNKNOWN node.toml line 1: there is no setting "x"'],
  ['# http\nhttp = 8000', 'SETTING_INVALID node.toml line 2: http must be a text in quotes'],
  [
    '\nhttp = ":x"',
    'SETTING_INVALID node.toml line 2: http must be HOST:PORT, like 127.0.0.1:8000, [::1]:8000 or :8000, not ":x"',
  ],
  [
    'waiting-items = "5"',
    'SETTING_INVALID node.toml line 1: waiting-items must be a whole number, without quotes',
  ],
  [
    'waiting-items = 1.5',
    'SETTING_INVALID node.toml line 1: waiting-items must be a whole number, without quotes',
  ],
  [
    'keyring = [\n  "a",\n  5\n]',
    'SETTING_INVALID node.toml line 1: keyring must be a text in quotes, or a list of such',
  ],
  [
    'trust-proxy = [\n  "10.0.0.0/8",\n  "x"\n]',
    'SETTING_INVALID node.toml line 1: trust-proxy must be IP addresses or networks, like 127.0.0.1 or 10.0.0.0/8, not "x"',
  ],
  ['data = "a"\ndata = "b"', /^SETTING_INVALID node\.toml line 2: /],
  ['data = "a"\nhttp = \n', /^SETTING_INVALID node\.toml line 2: /],
  [
    'collection = 5',
    'SETTING_INVALID node.toml line 1: collection must be written as [[collection]]',
  ],
  [
    'data = "x"\ncollection = []',
    'SETTING_INVALID node.toml line 2: a node without a collection takes nothing: name one, or leave it out for the default ones',
  ],
])('a file that says %j is refused with its line', async (toml, expected) => {
  const said = await refusal(fromFile(toml))
  if (typeof expected === 'string') expect(said).toBe(expected)
  else expect(said).toMatch(expected)
})

test('a file that cannot be read is refused', async () => {
  const said = await refusal(loadConfig({ ...NOTHING, flags: { config: 'missing.toml' } }))
  expect(said).toMatch(/^SETTING_INVALID --config missing\.toml: cannot be read: /)
})

test('a keyring of the file that is not there is refused with its line', async () => {
  expect(await refusal(fromFile('\nkeyring = "none.asc"'))).toMatch(
    /^SETTING_INVALID node\.toml line 2: the keyring .*none\.asc cannot be read$/,
  )
})

test('collections of the file replace the default ones', async () => {
  const fingerprint = '0123456789abcdef0123456789abcdef01234567'
  const { collections } = await fromFile(`
[[collection]]
name = "tails"
dialect = "debian"
admit = ["0x${fingerprint}"]

[[collection]]
name = "jars"
dialect = "jvm"
admit = "known-keys"

[[collection]]
name = "open"
dialect = "jvm"
`)
  expect(collections).toEqual([
    { name: 'tails', dialect: 'debian', admit: [fingerprint.toUpperCase()] },
    { name: 'jars', dialect: 'jvm', admit: 'known-keys' },
    { name: 'open', dialect: 'jvm', admit: 'any' },
  ])
})

const GOOD = '[[collection]]\nname = "a"\ndialect = "jvm"\n'

test.each([
  [`${GOOD}${GOOD}`, 'SETTING_INVALID', 5, 'the collection "a" is there twice'],
  [`${GOOD}[[collection]]\ndialect = "jvm"`, 'SETTING_INVALID', 4, 'this collection has no name'],
  [`${GOOD}[[collection]]\nname = "b"`, 'SETTING_INVALID', 4, 'this collection has no dialect'],
  [
    `${GOOD}dialct = "jvm"`,
    'SETTING_UNKNOWN',
    4,
    'a collection has no setting "dialct"; did you mean "dialect"?',
  ],
  [
    `${GOOD}[[collection]]\ndialect = "debain"\nname = "b"`,
    'SETTING_INVALID',
    5,
    'unknown dialect "debain" (known: debian, jvm, checksums, in-toto); did you mean "debian"?',
  ],
  [
    `${GOOD}admit = "all"`,
    'SETTING_INVALID',
    4,
    'admit must be "any", "unverified", "known-keys" or a list of fingerprints',
  ],
  [
    `${GOOD}admit = []`,
    'SETTING_INVALID',
    4,
    'admit must be "any", "unverified", "known-keys" or a list of fingerprints',
  ],
  [
    `${GOOD}admit = ["ABCD"]`,
    'SETTING_INVALID',
    4,
    'a fingerprint in admit has 40 or 64 hex digits',
  ],
  [
    '[[collection]]\ndialect = "jvm"\nname = "keys"',
    'SETTING_INVALID',
    3,
    '"keys" is a fixed address of every node and cannot name a collection',
  ],
  [
    '[[collection]]\ndialect = "jvm"\nname = "Big"',
    'SETTING_INVALID',
    3,
    'name must be 1 to 32 lower-case letters, digits and hyphens, a letter first',
  ],
  [
    '[[collection]]\ndialect = "jvm"\nname = 5',
    'SETTING_INVALID',
    3,
    'name must be a text in quotes',
  ],
])('the collections %j are refused as %s in line %i', async (...row) => {
  const [toml, code, line, message] = row
  expect(await refusal(fromFile(toml))).toBe(`${code} node.toml line ${line}: ${message}`)
})

const FINGERPRINT = 'a'.repeat(40)

test('without a rule everything is kept', async () => {
  expect((await loadConfig(NOTHING)).keep).toEqual([])
  expect((await fromFile('log-level = "warn"')).keep).toEqual([])
})

test('rules of what is kept are read, sorted, each value once', async () => {
  const { keep } = await fromFile(`
[[keep]]
collection = "debian"
architectures = ["amd64", "all", "amd64"]
newest = 3

[[keep]]
rebuilders = ["0x${FINGERPRINT}"]
`)
  expect(keep).toEqual([
    { collection: 'debian', architectures: ['all', 'amd64'], newest: 3 },
    { rebuilders: [FINGERPRINT.toUpperCase()] },
  ])
})

test('a policy names the rebuilders of a rule by the keys of its operators', async () => {
  const folder = await folderWith({
    'node.toml': '[[keep]]\npolicy = "who.toml"\n',
    'who.toml': `threshold = 1\n[[operator]]\nname = "a"\nkeys = ["${FINGERPRINT}"]\n`,
    'bad.toml': '[[keep]]\narchitectures = ["all"]\n\n[[keep]]\npolicy = "none.toml"\n',
  })
  const config = await loadConfig({ ...NOTHING, flags: { config: 'node.toml' }, folder })
  expect(config.keep).toEqual([{ rebuilders: [FINGERPRINT.toUpperCase()] }])
  const bad = loadConfig({ ...NOTHING, flags: { config: 'bad.toml' }, folder })
  expect(await refusal(bad)).toMatch(/bad\.toml line 5: policy: .*none\.toml/)
})

test.each([
  ['keep = 5', 'SETTING_INVALID', 1, 'keep must be written as [[keep]]'],
  [
    'keep = []',
    'SETTING_INVALID',
    1,
    'an empty list would keep nothing: write a [[keep]] rule, or leave it out to keep everything',
  ],
  [
    '[[keep]]',
    'SETTING_INVALID',
    1,
    'this rule names nothing and would keep everything: give it collection, rebuilders, policy, architectures, newest, or leave all [[keep]] out',
  ],
  [
    '[[keep]]\narchitecture = "amd64"',
    'SETTING_UNKNOWN',
    2,
    'a rule of what to keep has no "architecture"; did you mean "architectures"?',
  ],
  [
    '[[keep]]\narchitectures = "amd64"',
    'SETTING_INVALID',
    2,
    'architectures must be a list like ["amd64", "all"]',
  ],
  [
    '[[keep]]\narchitectures = ["amd 64"]',
    'SETTING_INVALID',
    2,
    '"amd 64" is no architecture: write one like amd64 or all',
  ],
  [
    '[[keep]]\ncollection = "debain"',
    'SETTING_INVALID',
    2,
    'collection must be one of: debian, maven, rebuilderd; did you mean "debian"?',
  ],
  [
    '[[keep]]\nrebuilders = []',
    'SETTING_INVALID',
    2,
    'rebuilders must be a list of fingerprints, each with 40 or 64 hex digits',
  ],
  [
    '[[keep]]\nrebuilders = ["abc"]',
    'SETTING_INVALID',
    2,
    '"abc" is no fingerprint: it must have 40 or 64 hex digits',
  ],
  [
    `[[keep]]\nrebuilders = ["${FINGERPRINT}"]\npolicy = "a"`,
    'SETTING_INVALID',
    3,
    'rebuilders and policy both say whose certifications to keep: leave one of them out, or write two rules',
  ],
  [
    '[[keep]]\nnewest = 0',
    'SETTING_INVALID',
    2,
    'newest must be a whole number from 1 to 10000, without quotes: versions of each source',
  ],
  [
    '[[keep]]\nnewest = "3"',
    'SETTING_INVALID',
    2,
    'newest must be a whole number from 1 to 10000, without quotes: versions of each source',
  ],
])('the rules of what is kept %j are refused as %s in line %i', async (...row) => {
  const [toml, code, line, message] = row
  expect(await refusal(fromFile(toml))).toBe(`${code} node.toml line ${line}: ${message}`)
})

test('no collection can take the name of a route of the HTTP API', () => {
  const routes =
    'keys feeds artifacts certifications agreement rebuilders peers status health ready metrics ' +
    'events withheld pks api openapi.json favicon.ico robots.txt style.css network'
  for (const route of routes.split(' ')) expect(RESERVED_NAMES.has(route)).toBe(true)
})
