import type { App } from '../transport/app.ts'
import { DROP_SCRIPT } from '../pages/elements/drop.ts'
import { LIVE_SCRIPT } from '../pages/elements/live.ts'
import { STYLE } from '../pages/elements/style.ts'
import { media } from '../../contract/schemas.ts'

const PARTS = [
  { path: '/style.css', type: 'text/css', text: STYLE },
  { path: '/drop.js', type: 'text/javascript', text: DROP_SCRIPT },
  { path: '/live.js', type: 'text/javascript', text: LIVE_SCRIPT },
] as const

/** What a page loads beside itself. Asked for again at each page, so that they never differ from it; a tag makes that short. */
export function addPagePartRoutes(app: App): void {
  for (const { path, type, text } of PARTS)
    app.get(
      path,
      { schema: { hide: true, response: { 200: media(type, '') } } },
      (_request, reply) => reply.type(`${type}; charset=utf-8`).send(text),
    )
}
