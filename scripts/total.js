// node scripts/total.js COMMAND…: runs them all, one after the other, and ends with one line that counts for all of them.
// A command that ends badly without having counted a failure is one.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

const COUNT = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/

async function run(command) {
  const child = spawn(command, { shell: true, stdio: ['inherit', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('close', resolve))
  let counted = null
  for await (const line of createInterface({ input: child.stdout })) {
    const count = COUNT.exec(line)
    // held back: only the line for all of them may look like that
    if (count === null) process.stdout.write(`${line}\n`)
    else counted = count
  }
  const code = await ended
  const [passed, failed, skipped] = (counted ?? []).slice(1).map((text) => Number(text ?? 0))
  const said = { passed: passed ?? 0, failed: failed ?? 0, skipped: skipped ?? 0 }
  if (said.failed === 0 && (code !== 0 || counted === null)) said.failed = 1
  process.stdout.write(`${command}: ${said.passed} of ${said.passed + said.failed}\n\n`)
  return said
}

const total = { passed: 0, failed: 0, skipped: 0 }
for (const command of process.argv.slice(2)) {
  const said = await run(command)
  for (const name of Object.keys(total)) total[name] += said[name]
}
if (total.skipped > 0) process.stdout.write(`${total.skipped} skipped\n`)
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`)
process.exitCode = total.failed > 0 ? 1 : 0
