import { type Content, html } from './html.ts'

/**
 * Rows below heads. Each cell repeats its head for the style sheet: on a narrow screen a row becomes a block of lines.
 */
export function table(heads: readonly string[], rows: readonly (readonly Content[])[]): Content {
  const cells = (row: readonly Content[]) =>
    row.map((cell, index) => html`<td data-head="${heads[index]}"><div>${cell}</div></td> `)
  return html`<table class="rows">
    <thead>
      <tr>
        ${heads.map((head) => html`<th scope="col">${head}</th> `)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${cells(row)}
          </tr> `,
      )}
    </tbody>
  </table>`
}
