import { readFileSync } from 'node:fs'

const read = (name: string): string => readFileSync(new URL(`./${name}`, import.meta.url), 'utf8')

/** What a page loads beside itself: real files, checked as scripts and style sheets, served as they are. */
export const ASSETS = [
  { path: '/style.css', type: 'text/css', text: read('style.css') },
  { path: '/drop.js', type: 'text/javascript', text: read('drop.js') },
  { path: '/live.js', type: 'text/javascript', text: read('live.js') },
] as const
