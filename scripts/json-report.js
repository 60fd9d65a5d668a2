// The JSON report of vitest for scripts/test.js, which reads it and deletes it: nobody has to be told where it is.
import * as fs from 'node:fs'
import { JsonReporter } from 'vitest/node'

// oxlint-disable-next-line import/no-default-export -- how vitest takes a reporter
export default class extends JsonReporter {
  async writeReport(report) {
    fs.writeFileSync(this.ctx.config.outputFile.json, report)
  }
}
