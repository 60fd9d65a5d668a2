import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { detectDialect } from '../../../src/cli/commands/detect-dialect.ts'
import { EXIT, exitOf, worstExit } from '../../../src/cli/terminal/exit.ts'
import { printable, printableJson } from '../../../src/cli/terminal/printable.ts'
import { table } from '../../../src/cli/terminal/table.ts'
import {
  AdmissionError,
  ConfigError,
  NetworkError,
  StorageError,
} from '../../../src/base/errors.ts'
import { nearest } from '../../../src/base/nearest.ts'

test('a name with control, invisible or reordering signs is shown escaped', () => {
  expect(printable('Eve\u001b[2J\r\n\u0007')).toBe('Eve\\u001b[2J\\u000d\\u000a\\u0007')
  expect(printable('a\u202egnp.exe\u2066\u009b\u007f')).toBe('a\\u202egnp.exe\\u2066\\u009b\\u007f')
  expect(printable('Jürgen 山田 \u{1f600}')).toBe('Jürgen 山田 \u{1f600}')
  expect(printable('\ud800')).toBe('\\ud800')
})

test('JSON for a terminal holds no such sign and parses to the same value', () => {
  const value = { name: 'x\u009b\u202e\u{e0041}\n"\\' }
  const text = printableJson(value)
  expect(text).toBe('{"name":"x\\u009b\\u202e\\udb40\\udc41\\n\\"\\\\"}')
  expect(JSON.parse(text)).toEqual(value)
})

test('columns of a table are aligned by what a terminal shows', () => {
  expect(
    table(
      ['A', 'B'],
      [
        ['山田', '1'],
        ['long', '2'],
        ['e\u0301', '3'],
      ],
    ),
  ).toBe('A     B\n山田  1\nlong  2\ne\u0301     3\n')
})

test('of several files the exit is 2 before 3 before 1 before 0, and our own trouble before all', () => {
  expect(worstExit([])).toBe(0)
  expect(worstExit([EXIT.fine, EXIT.refused])).toBe(1)
  expect(worstExit([EXIT.refused, EXIT.noAnswer, EXIT.fine])).toBe(3)
  expect(worstExit([EXIT.noAnswer, EXIT.contradicted, EXIT.refused])).toBe(2)
  expect(worstExit([EXIT.noAnswer, EXIT.usage])).toBe(64)
})

test('every family of errors has its exit', () => {
  expect(exitOf(new AdmissionError('TOO_LARGE', ''))).toBe(1)
  expect(exitOf(new NetworkError('NODE_UNREACHABLE', ''))).toBe(3)
  expect(exitOf(new ConfigError('USAGE', ''))).toBe(64)
  expect(exitOf(new ConfigError('SETTING_UNKNOWN', ''))).toBe(78)
  expect(exitOf(new StorageError('DATA_IN_USE', ''))).toBe(74)
  expect(exitOf(new TypeError('x'))).toBe(70)
})

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

test('the nearest name is offered, and none that is far', () => {
  const names = ['serve', 'submit', 'find', 'status', 'check-config']
  expect(nearest('serv', names)).toBe('serve')
  expect(nearest('stauts', names)).toBe('status')
  expect(nearest('check', names)).toBe('check-config')
  expect(nearest('banana', names)).toBeUndefined()
  expect(nearest('x'.repeat(10_000), names)).toBeUndefined()
})
