import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { detectDialect } from '../../../src/cli/commands/detect-dialect.ts'

test.each([
  ['hello/alice/hello_2.10-3_amd64.buildinfo', 'debian'],
  ['hello/alice.asc', undefined],
])('the dialect of %s looks like %s', async (file, dialect) => {
  const bytes = await readFile(new URL(`../../data/${file}`, import.meta.url))
  expect(detectDialect(bytes)).toBe(dialect)
})

test.each([
  ['# a comment\n\nbuildinfo.version=1.0-SNAPSHOT\n', 'jvm'],
  ['name = x\n', 'jvm'],
  ['-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nname=x\n', 'jvm'],
  [
    'text around\n-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nFormat: 1.0\r\n',
    'debian',
  ],
  ['-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n', undefined],
  ['{"_type": "link"}', 'in-toto'],
  ['', undefined],
])('the dialect of %j looks like %s', (text, dialect) => {
  expect(detectDialect(Buffer.from(text))).toBe(dialect)
})
