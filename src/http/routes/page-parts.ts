import { media } from '../../contract/described.ts'
import { ASSETS } from '../assets/assets.ts'
import type { App } from '../transport/app.ts'

/** What a page loads beside itself. Asked for again at each page, so that they never differ from it; a tag makes that short. */
export function addPagePartRoutes(app: App): void {
  for (const { path, type, text } of ASSETS)
    app.get(
      path,
      { schema: { hide: true, response: { 200: media(type, '') } } },
      (_request, reply) => reply.type(`${type}; charset=utf-8`).send(text),
    )
}
