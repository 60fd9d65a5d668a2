// npm start: everything that a fresh checkout needs, then the node in this same process, so that it gets
// the signals that npm passes on.
import * as path from 'node:path'
import { pathToFileURL } from 'node:url'
import { dist, setUp } from './setup.js'

setUp()
const main = path.join(dist, 'main.js')
process.argv = [process.argv[0], main, 'serve'].concat(process.argv.slice(2))
await import(pathToFileURL(main).href)
