import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { keyOfLinks, type KeyOfLinks, signLink } from '../support/link.ts'
import { countersign, ROOT, start, startNode } from '../support/program.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const DATA = `${ROOT}test/data/in-toto`
const NAME = 'librust-as-slice-dev_0.2.1-1+b2_amd64'
const DEB = `${DATA}/${NAME}.deb`
const REAL = '2980AA6249AD89CE0EF0F0F5E6D0896214301B2818AAD33443444CF460DF6ED6'
const SHA256 = '32be954941cdb42bce44c19ece910af04ece3a1acc9b79fa3e8ff735ffb511cd'

const isHere = spawnSync('repro-threshold', ['--version']).status === 0

const trusted = (host: string, fingerprint: string, pem: string): string =>
  `[[trusted_rebuilder]]
name = "${host}"
url = "http://${host}/rebuilders/${fingerprint}"
distributions = ["debian"]
signing_keyring = """${pem}"""
`

/** A node with the real link, and one more by another instance. */
async function nodeOfTwo(): Promise<{ readonly port: string; readonly other: KeyOfLinks }> {
  const folder = await temporaryDirectory()
  const node = await startNode(join(folder, 'data'), ['--http', '0.0.0.0:0'])
  const other = keyOfLinks()
  await writeFile(join(folder, 'other.pub'), other.pem)
  const link = signLink({ products: { [`${NAME}.deb`]: { sha256: SHA256 } } }, other)
  await writeFile(join(folder, 'other.link'), link)
  const real = [`${DATA}/${NAME}.in-toto.link`, '--key', `${DATA}/reproduce-debian-net-amd64.pub`]
  await countersign(['submit', ...real, '--to', node.url])
  const made = [join(folder, 'other.link'), '--key', join(folder, 'other.pub')]
  expect(await countersign(['submit', ...made, '--to', node.url])).toMatchObject({ code: 0 })
  return { port: new URL(node.url).port, other }
}

test.skipIf(!isHere)('repro-threshold verifies a real package by a node', async () => {
  const { port } = await nodeOfTwo()
  const verify = (file: string) =>
    start('repro-threshold', [
      'plumbing',
      'verify',
      '--threshold=1',
      `--signing-key=${DATA}/reproduce-debian-net-amd64.pub`,
      `--rebuilder=http://127.0.0.1:${port}/rebuilders/${REAL}`,
      file,
    ]).ended
  expect(await verify(DEB)).toMatchObject({ code: 0 })
  const trojan = join(await temporaryDirectory(), 'trojan.deb')
  const bytes = await readFile(DEB)
  await writeFile(trojan, Buffer.concat([bytes, Buffer.from('\n')]))
  const refused = await verify(trojan)
  expect(refused.code).not.toBe(0)
  expect(refused.err).toContain('0/1')
})

test.skipIf(!isHere)(
  'repro-threshold, as transport of apt, takes two rebuilders of one node as two only by two hosts',
  async () => {
    const { port, other } = await nodeOfTwo()
    const archive = createServer((_, response) => response.end(readFileSync(DEB)))
    archive.listen(0, '127.0.0.1')
    await once(archive, 'listening')
    onTestFinished(() => {
      archive.closeAllConnections()
      archive.close()
    })
    const address = archive.address()
    const uri = `reproduced+http://localhost:${typeof address === 'object' ? address?.port : ''}/a.deb`
    const realPem = await readFile(`${DATA}/reproduce-debian-net-amd64.pub`, 'utf8')

    async function fetched(hosts: readonly [string, string]): Promise<string> {
      const folder = await temporaryDirectory()
      await writeFile(
        join(folder, 'config.toml'),
        `[rules]\nrequired_threshold = 2\n${trusted(`${hosts[0]}:${port}`, REAL, realPem)}${trusted(`${hosts[1]}:${port}`, other.fingerprint, other.pem)}`,
      )
      const stdin = `600 URI Acquire\nURI: ${uri}\nFilename: ${join(folder, 'a.deb')}\nTarget-Type: deb\n\n`
      const env = { REPRO_THRESHOLD_CONFIG: join(folder, 'config.toml') }
      return (await start('repro-threshold', ['transport', 'apt'], { stdin, env }).ended).out
    }

    expect(await fetched(['127.0.0.1', '127.0.0.2'])).toContain('201 URI Done')
    expect(await fetched(['127.0.0.1', '127.0.0.1'])).toContain('only 1/2 required')
  },
)
