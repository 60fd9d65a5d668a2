import { type Content, html } from './html.ts'
/** Where a file is hashed in the browser; without JavaScript it is not there. */
export const dropForm = (): Content =>
  html`<section class="drop" id="drop" hidden>
      <h2>Who certified this file?</h2>
      <label for="file"
        >Choose a file, or drop one on this page. It is hashed here and not sent: only its checksum
        is looked for.</label
      >
      <input id="file" type="file" />
      <p id="dropped" role="status"></p>
    </section>
    <script src="/drop.js" defer></script>`
