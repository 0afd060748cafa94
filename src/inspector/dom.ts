/** Make an element. A string becomes text, and is never read as markup. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  members: Partial<HTMLElementTagNameMap[Name]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = Object.assign(document.createElement(name), members)
  element.append(...children)
  return element
}

export const button = (text: string, onclick: () => void): HTMLButtonElement =>
  make('button', { type: 'button', onclick }, text)
