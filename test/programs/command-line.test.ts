import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { build, countersign, MAIN, start } from '../support/program.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const COMMANDS = [
  'serve',
  'submit',
  'find',
  'agreement',
  'key add',
  'key get',
  'status',
  'reindex',
  'check-config',
]

test('countersign alone, --help and help list every command; each has its own help', async () => {
  for (const args of [[], ['--help'], ['help']]) {
    const { code, out, err } = await countersign(args)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    for (const command of COMMANDS) expect(out).toContain(`  ${command} `)
  }
  for (const command of COMMANDS) {
    const { code, out } = await countersign([...command.split(' '), '--help'])
    expect(code).toBe(0)
    expect(out.startsWith(`countersign ${command} `)).toBe(true)
    expect(out).toContain('--json')
    expect(out).toContain('Exit: ')
  }
})

test('--version is the version of the package', async () => {
  expect(await countersign(['--version'])).toMatchObject({ code: 0, out: '0.1.0\n' })
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
  [['find', '--node', 'localhost:8000'], 'write http://HOST:PORT'],
  [['submit'], 'submit takes signed files'],
  [['submit', 'missing.buildinfo'], 'missing.buildinfo cannot be read; nothing was sent'],
  [['submit', 'package.json', 'README.md', '--signature', 'LICENSE'], 'belongs to one file'],
  [['key', 'get', '1234'], 'a fingerprint of 40 or 64 hex digits'],
  [['agreement', 'debian'], 'a collection and a source'],
] as const)('%j is refused as usage', async (args, sentence) => {
  const ended = await countersign(args)
  expect(ended).toMatchObject({ code: 64, out: '' })
  expect(ended.err).toMatch(/^countersign: [^\n]* \[USAGE\]\n$/)
  expect(ended.err).toContain(sentence)
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

test('who stops reading is no error', async () => {
  build()
  const command = `'${process.execPath}' '${MAIN}' serve --help | true; echo "\${PIPESTATUS[0]}"`
  const { out, err } = await start('bash', ['-c', command]).ended
  expect({ out, err }).toEqual({ out: '0\n', err: '' })
})
