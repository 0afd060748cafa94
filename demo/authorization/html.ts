/** HTML that is safe to send, because every value in it is escaped. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Part = Html | readonly Html[] | string | undefined

/** A part of a page. Every value is escaped, unless it is `Html` already. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((text, string, i) => text + plain(parts[i - 1]) + string))
}

function plain(part: Part): string {
  if (part instanceof Html) return part.text
  if (typeof part === 'object') return part.map(({ text }) => text).join('')
  return (part ?? '').replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
