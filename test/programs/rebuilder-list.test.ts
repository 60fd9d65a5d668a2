import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { countersign } from '../support/program.ts'
import { fakeNode } from '../support/fake-node.ts'
import { instance, INSTANCE } from '../support/rebuilderd.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const listOf = (url: string): string => `# Community rebuilders

Text, and \`code\`.

\`\`\`toml
[[rebuilder]]
name = "Debian amd64"
url = "${url}/amd64"
distributions = ["debian"]
country = "CHE"

[[rebuilder]]
name = "Debian all"
url = "${url}/all/"
distributions = ["debian"]

[[rebuilder]]
name = "Somebody else"
url = "http://localhost.:9"
distributions = ["archlinux"]
contact = "a@b.example"
\`\`\`
`

/** Two instances at one host, as reproduce.debian.net has them. */
const instances: typeof instance = (request, response) => {
  request.url = request.url?.replace(/^\/(?:amd64|all)/, '') ?? ''
  instance(request, response)
}

test('instances of a list become operators, one for each host, by the keys that they give', async () => {
  const folder = await temporaryDirectory()
  const url = await fakeNode(instances)
  const [list, policy] = [join(folder, 'README.md'), join(folder, 'policy.toml')]
  await writeFile(list, listOf(url))
  const run = (...names: readonly string[]) =>
    countersign(['policy', 'add-operator', '--list', list, ...names, '--policy', policy])

  const { hostname: host } = new URL(url)
  const shown = await run()
  expect(shown).toMatchObject({ code: 0, err: '' })
  expect(shown.out.split('\n').slice(1, 3)).toEqual([
    expect.stringMatching(new RegExp(`^${host} +${host} +debian$`)),
    expect.stringMatching(/^Somebody else +localhost +archlinux$/),
  ])
  const added = await run(host)
  expect(added).toMatchObject({ code: 0, err: '' })
  expect((await stat(policy)).mode & 0o777).toBe(0o644)
  expect(added.out).toContain(`${host}  ${INSTANCE}  as ${host} says now`)
  const text = await readFile(policy, 'utf8')
  expect(text).toContain(`[[operator]]\nname = "${host}"\nkeys = ["${INSTANCE}"]\n`)

  await chmod(policy, 0o600)
  const other = await countersign([
    'policy',
    'add-operator',
    'x',
    'F'.repeat(40),
    '--policy',
    policy,
  ])
  expect(other.code).toBe(0)
  expect((await stat(policy)).mode & 0o777).toBe(0o600)
  const after = await readFile(policy, 'utf8')
  expect(await run('Somebody else')).toMatchObject({ code: 3 })
  expect(await run('Nobody')).toMatchObject({ code: 64 })
  expect(await run(host)).toMatchObject({ code: 78 })
  expect(await readFile(policy, 'utf8')).toBe(after)
  await writeFile(list, 'no list')
  const none = await run()
  expect(none.code).toBe(1)
  expect(none.err).toContain('[FILE_INVALID]')
})
