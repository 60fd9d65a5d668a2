import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { build, HELLO, ROOT, start } from '../support/program.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

test('many certifications are verified in threads, with the answers that there are without', async () => {
  build()
  const folder = await temporaryDirectory()
  const parts = {
    bytes: (await readFile(`${HELLO}/alice/hello_2.10-3_amd64.buildinfo`)).toString('base64'),
    key: (await readFile(`${HELLO}/alice.asc`)).toString('base64'),
  }
  await writeFile(join(folder, 'parts.json'), JSON.stringify(parts))
  await writeFile(
    join(folder, 'mine.mjs'),
    `import { readFile } from 'node:fs/promises'
import { deepStrictEqual } from 'node:assert'
import { examine } from '${ROOT}dist/certification/examine.js'
import { DIALECTS } from '${ROOT}dist/certification/dialects/dialects.js'
import { readPublicKeys } from '${ROOT}dist/certification/signatures/public-key.js'
import { openVerifiers } from '${ROOT}dist/check/verifiers.js'
const { bytes, key } = JSON.parse(await readFile('parts.json', 'utf8'))
const material = (await readPublicKeys(Buffer.from(key, 'base64'))).map((one) => one.bytes)
const [{ certification: { id } }] = await examine({ bytes: Buffer.from(bytes, 'base64') }, DIALECTS.debian, material)
const good = { id, dialect: 'debian', bytes, signature: null }
const bad = { ...good, id: '0'.repeat(64) }
const found = Array.from({ length: 300 }, (_, at) => (at % 3 === 0 ? bad : good))
const answers = []
for (const threads of [0, 2]) {
  const verifiers = openVerifiers(threads)
  answers.push(await verifiers.verify({ found, material, now: Date.now() }))
  await verifiers[Symbol.asyncDispose]()
}
deepStrictEqual(answers[0], answers[1])
console.log(answers[1].length)
`,
  )
  const ended = await start(process.execPath, ['mine.mjs'], { cwd: folder }).ended
  expect(ended).toMatchObject({ code: 0, out: '200\n', err: '' })
})
