// npm test: everything that a fresh checkout needs, then types, lint, format and the tests. Its last line
// counts them: each of the checks is one more test.
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { root, setUp } from './setup.js'

setUp()

/** A program of node_modules, in this Node. */
function runTool(script, args) {
  const file = path.join(root, 'node_modules', script)
  return spawnSync(process.execPath, [file, ...args], { cwd: root, stdio: 'inherit' }).status === 0
}

function check(name, script, args) {
  process.stdout.write(`${name} … `)
  const ok = runTool(script, args)
  process.stdout.write(ok ? 'passed\n' : `${name}: failed\n`)
  return ok
}

function runTests(args) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-test-'))
  const report = path.join(folder, 'report.json')
  try {
    const ok = runTool(
      'vitest/vitest.mjs',
      [
        'run',
        '--config=test/vitest.config.ts',
        '--reporter=default',
        '--reporter=./scripts/json-report.js',
        `--outputFile.json=${report}`,
      ].concat(args),
    )
    return count(ok, JSON.parse(fs.readFileSync(report, 'utf8')))
  } catch (error) {
    process.stdout.write(`The tests left no report: ${error.message}\n`)
    return { passed: 0, failed: 1, skipped: 0 }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

const NEEDS = [
  ['test/browser/', "no Debian's chromium here"],
  ['test/programs/repro-threshold', 'no repro-threshold on the PATH'],
]

function needOf(name) {
  const [, need] = NEEDS.find(([beginning]) => name.startsWith(beginning)) ?? []
  return need === undefined ? '' : ` (${need})`
}

/** A file that could not be loaded has no tests to count: it is one failure; so is an error outside of tests. */
function count(ok, report) {
  const broken = report.testResults.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((one) => one.status === 'failed'),
  )
  const failed = report.numFailedTests + broken.length
  for (const file of report.testResults) {
    for (const one of file.assertionResults) {
      if (one.status !== 'passed' && one.status !== 'failed') {
        const name = path.relative(root, file.name)
        process.stdout.write(`skipped${needOf(name)}: ${name}: ${one.title}\n`)
      }
    }
  }
  return {
    passed: report.numPassedTests,
    failed: ok || failed > 0 ? failed : 1,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** Rules that need types are not for plain JavaScript, which has none. */
function checkAll() {
  const lint = 'oxlint/bin/oxlint'
  const rules = ['--deny-warnings', '-c', 'scripts/oxlint.json']
  const plain = ['scripts/*.js', 'src/http/assets/*.js']
  const ignored = plain.map((files) => `--ignore-pattern=${files}`)
  const typed = ['--type-aware', ...ignored, 'src', 'test', 'scripts']
  return [
    check('types', 'typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.json']),
    check('types of pages', 'typescript/bin/tsc', ['-p', 'src/http/assets/tsconfig.json']),
    check('lint', lint, rules.concat(typed)),
    check('lint of scripts', lint, rules.concat('scripts', 'src/http/assets')),
    check('rooms', 'tsx/dist/cli.mjs', ['scripts/rooms/check.ts']),
    check('format', 'prettier/bin/prettier.cjs', [
      '--check',
      '--log-level=warn',
      'src',
      'test/**/*.ts',
      'scripts',
    ]),
  ]
}

// With arguments (files, -t NAME) only the tests that these name.
const args = process.argv.slice(2)
const checks = args.length > 0 ? [] : checkAll()
const tests = runTests(args)
const passed = tests.passed + checks.filter(Boolean).length
const failed = tests.failed + checks.filter((ok) => !ok).length
const skipped = tests.skipped > 0 ? `, ${tests.skipped} skipped` : ''
process.stdout.write(`${passed} passed, ${failed} failed${skipped}\n`)
process.exitCode = failed > 0 ? 1 : 0
