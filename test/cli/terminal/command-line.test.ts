import { expect, test } from 'vitest'
import { EXIT, exitOf, worstExit } from '../../../src/cli/terminal/exit.ts'
import { printable, printableJson } from '../../../src/cli/terminal/printable.ts'
import { table } from '../../../src/cli/terminal/table.ts'
import {
  AdmissionError,
  ConfigError,
  NetworkError,
  StorageError,
} from '../../../src/base/errors.ts'

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
