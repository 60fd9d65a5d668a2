import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { build, countersign, HELLO, MAIN, start } from '../support/program.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const COMMANDS = [
  'serve',
  'submit',
  'find',
  'check',
  'bundle',
  'policy init',
  'policy add-operator',
  'agreement',
  'compare',
  'import rebuilderd',
  'key add',
  'key get',
  'status',
  'peers add',
  'peers remove',
  'peers list',
  'peers known',
  'peers ban',
  'peers unban',
  'withhold',
  'restore-withheld',
  'verify-proof',
  'restore',
  'reindex',
  'check-config',
]

/** Lines that a small terminal would break. */
const tooLong = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line.length > 80)

const SIGNED = 'test/data/jvm/signed/sbt-0.1_stamina-core_2.12-0.1.6'

test('countersign alone, --help and help list every command; each has its own help', async () => {
  for (const args of [[], ['--help'], ['help']]) {
    const { code, out, err } = await countersign(args)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    for (const command of COMMANDS) expect(out).toContain(`  ${command} `)
    expect(tooLong(out)).toEqual([])
  }
  for (const command of COMMANDS) {
    const { code, out } = await countersign([...command.split(' '), '--help'])
    expect(code).toBe(0)
    expect(out.startsWith(`countersign ${command} `)).toBe(true)
    expect(out).toContain('--json')
    expect(out).toContain('Exit: ')
    expect(out).not.toMatch(/^ ?-/m)
    expect(tooLong(out)).toEqual([])
  }
  const keys = await countersign(['key', '--help'])
  expect(keys.code).toBe(0)
  expect(keys.out).toMatch(/^countersign key add [^]*\ncountersign key get /)
})

test('--version is the version of the package', async () => {
  for (const flag of ['--version', '-V', '-v'])
    expect(await countersign([flag])).toMatchObject({ code: 0, out: '0.1.0\n' })
})

test.each([
  [['srve'], 'did you mean "serve"?'],
  [['key'], 'key add or key get'],
  [['key', 'remove'], 'key add or key get'],
  [['--data', 'x'], 'a command comes first'],
  [['serve', '--dat', 'x'], 'did you mean "--data"?'],
  [['serve', '--data'], '--data'],
  [['serve', 'folder'], 'serve takes no "folder"'],
  [['find', 'hello'], 'find takes no "hello"'],
  [['find', '--limit', '0'], '--limit'],
  [['find', '--state', 'good'], '--state must be one of: verified'],
  [['find', '--node', 'localhost:8000'], 'it does not begin with http:// or https://; write'],
  [['find', '--node', 'http://x:70000'], 'its port is "70000", and no number up to 65535; write'],
  [['find', '--node', 'http://%'], 'its host cannot be read; write http://HOST:PORT, as in'],
  [['submit'], 'submit takes signed files'],
  [['submit', 'missing.buildinfo'], 'missing.buildinfo cannot be read; nothing was sent'],
  [['submit', 'package.json', 'README.md', '--signature', 'LICENSE'], 'belongs to one file'],
  [['key', 'get', '1234'], 'a fingerprint of 40 or 64 hex digits'],
  [['agreement', 'debian'], 'a collection and a source'],
  [['find', '--limit', '-1'], '--limit needs a value; one that begins with -'],
  [['find', '--limit=-1'], '--limit must be a whole number above 0'],
  [['find', '--sha256', 'abc'], '--sha256 takes 64 hex digits'],
  [['find', '--md5', 'x'.repeat(32)], '--md5 takes 32 hex digits'],
  [['find', '--rebuilder', '0123456789ABCDEF'], '--rebuilder takes the whole fingerprint'],
  [['find', '--to', 'http://127.0.0.1:9'], 'did you mean "--node"?'],
  [['submit', 'x', '--node', 'http://127.0.0.1:9'], 'did you mean "--to"?'],
  [['submit', 'test'], 'test is a folder'],
  [['key', 'add', 'test'], 'test is a folder'],
  [
    ['submit', 'test/data/hello/alice.asc'],
    'this is a public key: countersign key add test/data/hello/alice.asc',
  ],
  [['submit', 'README.md'], 'this is no signed .buildinfo'],
  [['submit', `${SIGNED}.alice.buildinfo.asc`], 'this is a signature alone'],
  [['submit', `${SIGNED}.buildinfo`, '--alias', 'x'], 'like org/kordamp/jarviz/'],
] as const)('%j is refused as usage', async (args, sentence) => {
  const ended = await countersign(args)
  expect(ended).toMatchObject({ code: 64, out: '' })
  expect(ended.err).toMatch(/^countersign: [^\n]* \[USAGE\]\n$/)
  expect(ended.err).toContain(sentence)
})

test('a secret key is never sent, whatever collection is named', async () => {
  const secret = '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nx\n'
  const to = ['--collection', 'debian', '--to', 'http://127.0.0.1:9']
  const ended = await countersign(['submit', '-', ...to], { stdin: secret })
  expect(ended).toMatchObject({ code: 64, out: '' })
  expect(ended.err).toContain('this is a secret key: never send it')
})

test('where no node answers it says how to have one', async () => {
  const { code, err } = await countersign(['status', '--node', 'http://127.0.0.1:9'])
  expect(code).toBe(3)
  expect(err).toMatch(
    /; start a node with countersign serve, or name another one with --node URL \[NODE_UNREACHABLE\]\n$/,
  )
})

test('submit says its own option for that', async () => {
  const file = `${HELLO}/alice/hello_2.10-3_amd64.buildinfo`
  const { code, err } = await countersign(['submit', file, '--to', 'http://127.0.0.1:9'])
  expect(code).toBe(3)
  expect(err).toMatch(/ with --to URL \[NODE_UNREACHABLE\]\n$/)
})

test('with --json an error is JSON', async () => {
  const { err } = await countersign(['find', '--nothing', '--json'])
  expect(JSON.parse(err)).toMatchObject({ code: 'USAGE' })
})

test('check-config shows every setting, and refuses a wrong one with file and line', async () => {
  const folder = await temporaryDirectory()
  await writeFile(
    `${folder}/good.toml`,
    'http = "127.0.0.1:9000"\n[[collection]]\nname = "tails"\ndialect = "debian"\n',
  )
  await writeFile(`${folder}/bad.toml`, '\nlog-level = "loud"\n')
  const good = await countersign(['check-config', '--config', 'good.toml', '--json'], {
    cwd: folder,
  })
  expect(good.code).toBe(0)
  expect(JSON.parse(good.out)).toMatchObject({
    http: '127.0.0.1:9000',
    data: `${folder}/data`,
    collection: [{ name: 'tails', dialect: 'debian', admit: 'any' }],
  })
  const shown = await countersign(['check-config'], { cwd: folder })
  expect(shown.out).toMatch(/^SETTING +VALUE\ndata +.*\/data\nhttp +127\.0\.0\.1:8000\n/)
  for (const command of ['check-config', 'serve', 'reindex']) {
    const bad = await countersign([command, '--config', 'bad.toml'], { cwd: folder })
    expect(bad).toMatchObject({ code: 78, out: '' })
    expect(bad.err).toMatch(
      /^countersign: bad\.toml line 2: log-level must be .*\[SETTING_INVALID\]\n$/,
    )
  }
  const unknown = await countersign(['check-config'], {
    cwd: folder,
    env: { COUNTERSIGN_HTTPS: 'x' },
  })
  expect(unknown).toMatchObject({ code: 78, out: '' })
  expect(unknown.err).toContain('did you mean "COUNTERSIGN_HTTP"? [SETTING_UNKNOWN]')
})

test('pages-policy is a policy file, and a bad one is refused with its own place before anything is opened', async () => {
  const folder = await temporaryDirectory()
  const key = 'A'.repeat(40)
  const operator = `[[operator]]\nname = "ann"\nkeys = ["${key}"]\n`
  await writeFile(`${folder}/policy.toml`, `threshold = 1\n${operator}`)
  await writeFile(`${folder}/bad.toml`, `threshold = 1\ncolour = "red"\n${operator}`)
  await writeFile(`${folder}/node.toml`, 'pages-policy = "policy.toml"\n')
  const shown = await countersign(['check-config', '--config', 'node.toml', '--json'], {
    cwd: folder,
  })
  expect(JSON.parse(shown.out)).toMatchObject({ 'pages-policy': `${folder}/policy.toml` })
  for (const command of ['check-config', 'serve']) {
    const bad = await countersign([command], {
      cwd: folder,
      env: { COUNTERSIGN_PAGES_POLICY: 'bad.toml' },
    })
    expect(bad).toMatchObject({ code: 78, out: '' })
    expect(bad.err).toMatch(
      /^countersign: environment COUNTERSIGN_PAGES_POLICY: pages-policy: .*bad\.toml line 2.*colour.*\[POLICY_INVALID\]\n$/,
    )
  }
  const gone = await countersign(['check-config', '--pages-policy', 'none.toml'], { cwd: folder })
  expect(gone.code).toBe(78)
  expect(gone.err).toMatch(/--pages-policy: pages-policy: There is no policy at .*none\.toml/)
})

test('a full disk under the output is one sentence and exit 74', async () => {
  build()
  const key = `${HELLO}/alice.asc`
  const policy = join(await temporaryDirectory(), 'policy.toml')
  for (const args of [
    ['--help'],
    ['check', '--help'],
    ['check-config'],
    ['policy', 'add-operator', 'alice', key, '--policy', policy],
    ['check', key, '--node', 'http://127.0.0.1:9', '--policy', policy],
  ]) {
    const ended = await start('bash', [
      '-c',
      '"$0" "$@" >/dev/full',
      process.execPath,
      MAIN,
      ...args,
    ]).ended
    expect(ended).toMatchObject({ code: 74 })
    expect(ended.err).toBe(
      'countersign: standard output cannot be written: no space left on device [DISK]\n',
    )
  }
  const silent = await start('bash', ['-c', '"$0" "$1" srve 2>/dev/full', process.execPath, MAIN])
    .ended
  expect(silent).toMatchObject({ code: 74, out: '', err: '' })
})

test('who stops reading is no error', async () => {
  build()
  const command = `'${process.execPath}' '${MAIN}' serve --help | true; echo "\${PIPESTATUS[0]}"`
  const { out, err } = await start('bash', ['-c', command]).ended
  expect({ out, err }).toEqual({ out: '0\n', err: '' })
})
