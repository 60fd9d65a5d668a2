// npm run build: dependencies and dist/, if they are not there; after it the program is node dist/main.js.
import { setUp } from './setup.js'

setUp()
