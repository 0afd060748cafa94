// Finds the code in a component of Vue or Svelte, with the compiler that the app has.

/** @typedef {import('./types.js').Compiler} Compiler */
/** @typedef {import('./types.js').Component} Component */
/** @typedef {import('./types.js').Expression} Expression */
/** @typedef {import('./types.js').SvelteNode} SvelteNode */
/** @typedef {import('./types.js').VueNode} VueNode */

/** The compiler for each ending of a file's name. */
export const COMPILERS = { vue: 'vue/compiler-sfc', svelte: 'svelte/compiler' }

/**
 * @param {Compiler} compiler
 * @param {string} ending of the file's name
 * @param {string} text of the file
 * @returns {Component}
 * @throws the compiler's error for a file that does not parse
 */
export const readComponent = (compiler, ending, text) =>
  ending === 'vue' ? readVue(compiler, text) : readSvelte(compiler, text)

// Vue

/** @param {Compiler} compiler @param {string} text @returns {Component} */
function readVue({ parse }, text) {
  const { descriptor, errors } = parse(text, { sourceMap: false })
  if (errors[0]) throw errors[0]
  const { script, scriptSetup, template } = descriptor
  const anchor = template ? text.lastIndexOf('<template', template.loc.start.offset) : 0
  return {
    blocks: [script, scriptSetup].flatMap((one) =>
      one && !one.src
        ? [
            {
              start: one.loc.start.offset,
              end: one.loc.end.offset,
              lang: one.lang ?? 'js',
              isShown: one === scriptSetup,
            },
          ]
        : [],
    ),
    expressions: template?.ast ? inTemplate(template.ast, [], anchor) : [],
  }
}

/**
 * @param {VueNode} node
 * @param {readonly string[]} outer the names that the elements around it declare
 * @param {number} anchor
 * @returns {Expression[]}
 */
function inTemplate(node, outer, anchor) {
  const directives = (node.props ?? []).filter(({ type }) => type === 7)
  const locals = [...outer, ...directives.flatMap(namedBy)]
  const own = node.type === 5 && typeof node.content === 'object' ? [node.content] : []
  for (const { name, exp, forParseResult } of directives) {
    const value = name === 'for' ? forParseResult?.source : exp
    if (value && name !== 'slot') own.push(value)
  }
  const inner = (node.children ?? []).map((child) => inTemplate(child, locals, anchor))
  const places = own.map(({ loc: { start, end } }) => ({
    start: start.offset,
    end: end.offset,
    locals,
    anchor,
  }))
  return [places, ...inner].flat()
}

/** The names that `v-for` and `v-slot` declare, as a parameter list. @param {VueNode} directive @returns {string[]} */
function namedBy({ name, exp, forParseResult }) {
  if (name === 'slot') return exp ? [exp.loc.source] : []
  const { value, key, index } = forParseResult ?? {}
  const names = [value, key, index].flatMap((one) => (one ? [one.loc.source] : []))
  return names.length > 0 ? [names.join(', ')] : []
}

// Svelte

/** @param {Compiler} compiler @param {string} text @returns {Component} */
function readSvelte({ parse }, text) {
  const { module, instance, fragment } = parse(text, { modern: true })
  return {
    blocks: [module, instance].flatMap((one) => {
      if (!one) return []
      const { start, end } = one.content
      const [lang] = one.attributes.find(({ name }) => name === 'lang')?.value ?? []
      return [{ start, end, lang: lang?.data ?? 'js', isShown: one === instance }]
    }),
    expressions: fragment.nodes.flatMap((node) => inMarkup(node, [], text, node.start)),
  }
}

/**
 * @param {unknown} value
 * @param {readonly string[]} outer the names that the blocks around it declare
 * @param {string} text of the file
 * @param {number} anchor
 * @returns {Expression[]}
 */
function inMarkup(value, outer, text, anchor) {
  if (Array.isArray(value)) return value.flatMap((one) => inMarkup(one, outer, text, anchor))
  if (!value || typeof value !== 'object') return []
  const node = /** @type {SvelteNode} */ (value)
  // Only the nodes of an expression have `loc`.
  if (node.loc) return [{ start: node.start, end: node.end, locals: outer, anchor }]
  const isBlock = ['EachBlock', 'AwaitBlock', 'SnippetBlock'].includes(node.type)
  const named = [node.context, node.value, node.error, ...(node.parameters ?? [])]
  const patterns = isBlock ? named.filter((one) => one) : []
  const names = patterns.map((one) => text.slice(one?.start, one?.end))
  if (node.index) names.push(node.index)
  const locals = names.length > 0 ? [...outer, names.join(', ')] : outer
  return Object.entries(node).flatMap(([key, child]) =>
    key.endsWith('loc') || key === 'parameters' || patterns.includes(child)
      ? []
      : inMarkup(child, locals, text, anchor),
  )
}
