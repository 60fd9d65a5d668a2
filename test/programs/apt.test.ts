import { spawnSync } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { countersign, HELLO, MAIN, start, startNode } from '../support/program.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const NAME = 'hello_2.10-3_amd64'
const HAS_APT = spawnSync('apt-get', ['--version']).status === 0
/** All that apt needs to know of a system in which hello can be installed. */
const STATUS = `Package: libc6
Status: install ok installed
Maintainer: Nobody <nobody@example.org>
Architecture: amd64
Version: 2.36-9
Description: C library

`

/** apt-get in a folder of its own, with a dpkg that does nothing: nothing of this machine is touched. */
async function apt(policy: string, node: string) {
  const folder = await temporaryDirectory()
  for (const one of [
    'etc/apt.conf.d',
    'etc/preferences.d',
    'state/lists/partial',
    'cache/archives/partial',
    'log',
  ])
    await mkdir(join(folder, one), { recursive: true })
  await writeFile(join(folder, 'status'), STATUS)
  const hook = join(folder, 'hook')
  await writeFile(hook, `#!/bin/sh\nexec ${process.execPath} ${MAIN} check --apt "$@"\n`)
  await chmod(hook, 0o755)
  const settings = [
    `Dir::State=${folder}/state`,
    `Dir::State::status=${folder}/status`,
    `Dir::Cache=${folder}/cache`,
    `Dir::Etc=${folder}/etc`,
    `Dir::Log=${folder}/log`,
    'Dir::Bin::dpkg=/bin/true',
    'Debug::NoLocking=1',
    'APT::Architecture=amd64',
    `DPkg::Pre-Install-Pkgs::=${hook} --policy ${policy} --node ${node}`,
    `DPkg::Tools::Options::${hook}::Version=3`,
  ].flatMap((setting) => ['-o', setting])
  return (file: string) => start('apt-get', [...settings, '-y', 'install', file]).ended
}

test.skipIf(!HAS_APT)(
  'apt installs what is reproduced, and refuses what is not, with the reason',
  async () => {
    const node = await startNode(await temporaryDirectory())
    for (const who of ['alice', 'bob', 'mallory']) {
      const file = `${HELLO}/${who}/${NAME}.buildinfo`
      await countersign(['submit', file, '--key', `${HELLO}/${who}.asc`, '--to', node.url])
    }
    const policy = join(await temporaryDirectory(), 'policy.toml')
    const at = ['--policy', policy]
    await countersign(['policy', 'add-operator', 'alice', `${HELLO}/alice.asc`, ...at])
    await countersign(['policy', 'add-operator', 'bob', `${HELLO}/bob.asc`, ...at])
    const install = await apt(policy, node.url)
    const honest = await install(`${HELLO}/alice/${NAME}.deb`)
    expect(honest.err).toContain('1 of 1 package certified as')
    expect(honest.code).toBe(0)
    const trojan = await install(`${HELLO}/mallory/${NAME}.deb`)
    expect(trojan.code).toBe(100)
    expect(trojan.err).toContain(
      `${NAME} is contradicted: alice certified sha256 3833e140df6c4c6d…`,
    )
    expect(trojan.err).toContain('returned an error code (2)')

    await node.stop('SIGTERM')
    const silent = await install(`${HELLO}/alice/${NAME}.deb`)
    expect(silent.code).toBe(100)
    expect(silent.err).toContain('does not answer')
    const lenient = (await readFile(policy, 'utf8')).replace(
      'unreachable = "block"',
      'unreachable = "warn"',
    )
    await writeFile(policy, lenient)
    const warned = await install(`${HELLO}/alice/${NAME}.deb`)
    expect(warned.code).toBe(0)
    expect(warned.err).toContain(`${NAME} is unknown (only warned of)`)
  },
)

test('a package that is another than apt takes it for is not installed, whoever certified it', async () => {
  const node = await startNode(await temporaryDirectory())
  const file = `${HELLO}/alice/${NAME}.buildinfo`
  await countersign(['submit', file, '--key', `${HELLO}/alice.asc`, '--to', node.url])
  const policy = join(await temporaryDirectory(), 'policy.toml')
  await countersign(['policy', 'add-operator', 'a', `${HELLO}/alice.asc`, '--policy', policy])
  const hook = (line: string) =>
    countersign(['check', '--apt', '--policy', policy, '--node', node.url], {
      stdin: `VERSION 3\nAPT::Architecture=amd64\n\n${line} none ${HELLO}/alice/${NAME}.deb\n`,
    })
  expect(await hook('hello - - none < 2.10-3 amd64')).toMatchObject({ code: 0 })
  for (const line of ['bash - - none < 5.2 amd64', 'hello - - none < 2.10-4 amd64']) {
    const other = await hook(line)
    expect(other.code).toBe(1)
    expect(other.err).toContain(`its control file says ${NAME}`)
    expect(other.err).toContain('nothing is installed')
  }
})
