// The rules for the creation of the client, for components, and for imports.
import { optionOf, optionsOf, withDefault } from './arguments.mjs'

/** @typedef {import('ts-morph').Node} Node */
/** @typedef {import('./types.js').Option} Option */
/** @typedef {import('./types.js').Rule} Rule */

/**
 * @param {import('./types.js').Tools} tools
 * @returns {Rule[]}
 */
export function createSetup(tools) {
  const { morph, library, kinds, values, shared, file, state, names, render, children, inside } =
    tools
  const { Node, SyntaxKind } = morph

  const call = { todo: state.todo, literal: values.literal, objectOf: values.objectOf, render }

  // The options

  /** @type {Rule} */
  function options(node) {
    if (!Node.isObjectLiteralExpression(node) || !shared.options.has(node)) return undefined
    return written(optionsOf(node, library.options, call), node)
  }

  /** @param {Option[]} given @param {Node} [like] a node whose indentation the text gets */
  function written(given, like) {
    let all = library.finish?.(given, state.todo) ?? given
    all = withDefault(all, 'redirectUri', quoted('/'))
    if (shared.signOutTo) all = withDefault(all, 'postLogoutRedirectUri', shared.signOutTo)
    const entries = [...shared.resources].map(([url, scope]) =>
      scope ? `{ url: ${quoted(url)}, scope: ${quoted(scope)} }` : quoted(url),
    )
    if (entries.length > 0) all = withDefault(all, 'resources', `[${entries.join(', ')}]`)
    // The tables write single quotes; the app may use the other kind.
    const lines = all.map(([name, text]) => {
      const own = /^'([^'"]*)'$/.exec(text)
      const value = own ? quoted(own[1] ?? '') : text
      return name === value ? name : `${name}: ${value}`
    })
    const indent = like ? /\n([ \t]*)\S/.exec(like.getText())?.[1] : '  '
    if (indent === undefined) return `{ ${lines.join(', ')} }`
    const outer = indent.slice(0, Math.max(0, indent.length - (indent.includes('\t') ? 1 : 2)))
    return `{\n${lines.map((line) => `${indent}${line},\n`).join('')}${outer}}`
  }

  /** @param {string} text */
  const quoted = (text) => `${state.style.quote}${text}${state.style.quote}`

  // The client

  /** @param {Node} node @returns {node is import('ts-morph').NewExpression | import('ts-morph').CallExpression} */
  const makes = (node) =>
    (Node.isNewExpression(node) || Node.isCallExpression(node)) &&
    kinds.kindOf(node)?.name === 'client' &&
    !kinds.memberOf(node.getExpression())

  /** @type {Rule} */
  function creation(node) {
    if (Node.isAwaitExpression(node) && makes(node.getExpression()))
      return render(node.getExpression())
    if (!makes(node)) return undefined
    state.needs.add('createAuth')
    const [given] = node.getArguments()
    if (!given || values.objectOf(given))
      return `createAuth(${given ? render(given) : written([])})`
    state.todo(
      `Give \`createAuth\` its options: \`${given.getText()}\` has those of the old library.`,
    )
    return `createAuth(${render(given)})`
  }

  /** @type {Rule} */
  function started(node) {
    const name = madeBy(node)
    if (!name) return undefined
    const isAwaited = /\bawait\b/.test(node.getText())
    const begin = isAwaited ? `await ${name}.start()` : `void ${name}.start()`
    const indent = /[ \t]*$/.exec(file.getFullText().slice(0, node.getStart()))?.[0] ?? ''
    return `${children(node)}\n${indent}${begin}${state.style.semicolon}`
  }

  /** The name that a statement gives a new client. @param {Node} node */
  function madeBy(node) {
    if (Node.isVariableStatement(node)) {
      const [one] = node.getDeclarations()
      const made = one?.getInitializer()
      const name = one?.getNameNode()
      return made && makes(bare(made)) && Node.isIdentifier(name) ? name.getText() : undefined
    }
    const assigned = Node.isExpressionStatement(node) ? node.getExpression() : undefined
    return Node.isBinaryExpression(assigned) && makes(bare(assigned.getRight()))
      ? assigned.getLeft().getText()
      : undefined
  }

  /** @param {Node} node @returns {Node} */
  const bare = (node) => (Node.isAwaitExpression(node) ? bare(node.getExpression()) : node)

  // Components

  /** @type {Rule} */
  function provider(node) {
    if (Node.isJsxClosingElement(node)) return roleOf(node.getTagNameNode()) && closing(node)
    if (!Node.isJsxOpeningElement(node) && !Node.isJsxSelfClosingElement(node)) return undefined
    if (roleOf(node.getTagNameNode()) !== 'provider') return undefined
    const end = Node.isJsxSelfClosingElement(node) ? ' />' : '>'
    const name = clientOf(node)
    if (!name) return undefined
    state.needs.add('AuthProvider')
    return `<AuthProvider auth={${name}}${end}`
  }

  /** @param {import('ts-morph').JsxClosingElement} node */
  const closing = (node) =>
    roleOf(node.getTagNameNode()) === 'provider' ? '</AuthProvider>' : undefined

  /** @param {Node} tag */
  const roleOf = (tag) => kinds.exportOf(tag)?.is

  /** @param {import('ts-morph').JsxOpeningElement | import('ts-morph').JsxSelfClosingElement} node */
  function clientOf(node) {
    /** @type {Option[]} */
    const given = []
    const spread = []
    for (const attribute of node.getAttributes()) {
      if (Node.isJsxSpreadAttribute(attribute)) {
        spread.push(attribute.getExpression())
        continue
      }
      const name = attribute.getNameNode().getText()
      const value = attribute.getInitializer()
      const inner = Node.isJsxExpression(value) ? value.getExpression() : value
      if (inner && kinds.kindOf(inner)?.name === 'client') return render(inner)
      if (inner && !values.isOfModule(inner) && !isUnneeded(name))
        state.todo(`Move \`${name}\` to \`createAuth\` at the top of the module.`)
      given.push(
        ...(inner
          ? optionOf(name, inner, library.options, call)
          : optionOf(name, attribute.getNameNode(), library.options, {
              ...call,
              render: () => 'true',
            })),
      )
    }
    return hoisted(given, spread)
  }

  /** @param {string} name */
  const isUnneeded = (name) => name in library.options && library.options[name] === undefined

  /** @param {Option[]} given @param {Node[]} spread */
  function hoisted(given, spread) {
    const [only, ...more] = spread
    const isAuthFree = !file
      .getDescendantsOfKind(SyntaxKind.Identifier)
      .some((one) => one.getText() === 'auth' && !Node.isPropertyAccessExpression(one.getParent()))
    const name = isAuthFree ? 'auth' : 'authClient'
    state.needs.add('createAuth')
    let text = only && render(only)
    if (!only) text = written(given)
    else if (given.length > 0 || more.length > 0) {
      const others = given.map(([key, value]) => `${key}: ${value}`)
      text = `{ ${[...spread.map((one) => `...${render(one)}`), ...others].join(', ')} }`
    }
    for (const one of spread)
      if (!values.objectOf(one)) state.todo(`\`${one.getText()}\` has options of the old library.`)
    const { semicolon } = state.style
    state.hoisted.push(
      `const ${name} = createAuth(${text})${semicolon}`,
      `void ${name}.start()${semicolon}`,
      '',
    )
    return name
  }

  /** @type {Rule} */
  function template(node) {
    if (!Node.isJsxElement(node)) return undefined
    const from = kinds.exportOf(node.getOpeningElement().getTagNameNode())
    if (from?.is !== 'template') return undefined
    state.needs.add('SignedIn')
    const inner = inside(
      node.getJsxChildren(),
      node.getOpeningElement().getEnd(),
      node.getClosingElement().getStart(),
    )
    if (from.to === 'fallback') return `<SignedIn fallback={<>${inner}</>} />`
    return `<SignedIn${from.to === 'required' ? ' required' : ''}>${inner}</SignedIn>`
  }

  // Imports

  /** @type {Rule} */
  function stateHook(node) {
    if (!Node.isCallExpression(node)) return undefined
    const from = kinds.exportOf(node.getExpression())
    if (from?.is !== 'hook' && from?.is !== 'state-hook') return undefined
    state.needs.add('useAuth')
    return from.is === 'hook' ? 'useAuth()' : `useAuth().${from.to}`
  }

  /** @type {Rule} */
  function instance(node) {
    if (!Node.isBinaryExpression(node)) return undefined
    if (node.getOperatorToken().getKind() !== SyntaxKind.InstanceOfKeyword) return undefined
    if (kinds.exportOf(node.getRight())?.is !== 'error') return undefined
    state.needs.add('isAuthError')
    const error = render(node.getLeft())
    const test = `isAuthError(${error}) && ${error}.code === ${quoted('interaction_required')}`
    return Node.isIfStatement(node.getParent()) ? test : `(${test})`
  }

  /** @type {Rule} */
  function imported(node) {
    if (!Node.isIdentifier(node)) return undefined
    const parent = node.getParent()
    if (!parent || Node.isImportSpecifier(parent) || Node.isImportClause(parent)) return undefined
    if (Node.isPropertyAccessExpression(parent) && parent.getNameNode() === node) return undefined
    const from = kinds.exportOf(node)
    if (!from) return undefined
    const isType = Node.isTypeReference(parent) || Node.isExpressionWithTypeArguments(parent)
    if (isType && from.type) {
      state.needs.add(from.type)
      return from.type
    }
    if (!from.unused) state.todo(`\`${from.name}\` has no counterpart.`)
    state.kept.push(node)
    return undefined
  }

  /** @type {Rule} */
  function importing(node) {
    if (!Node.isImportDeclaration(node)) return undefined
    const isOld = library.packages.includes(node.getModuleSpecifierValue())
    const first = file
      .getImportDeclarations()
      .find((one) => library.packages.includes(one.getModuleSpecifierValue()))
    const isLast = node === file.getImportDeclarations().at(-1)
    const text = isOld ? (node === first ? '\uE000' : '\uE002') : stillImported(node)
    return isLast ? `${text}\uE001` : text
  }

  /** An import of another package, without the names that are not used any more. @param {import('ts-morph').ImportDeclaration} node */
  function stillImported(node) {
    const all = node.getNamedImports()
    const gone = all.filter((one) => {
      const uses = names.usesOf(one).filter((use) => use.getParent() !== one)
      // Keep the client: the code that replaces these statements uses it.
      return uses.length > 0 && uses.every((use) => names.isGone(use) && !kinds.kindOf(use))
    })
    if (gone.length === 0) return node.getText()
    const rest = all.filter((one) => !gone.includes(one)).map((one) => one.getText())
    if (rest.length === 0 && !node.getDefaultImport()) return '\uE002'
    return node.getText().replace(/\{[^}]*\}/, `{ ${rest.join(', ')} }`)
  }

  return [options, creation, started, provider, template, stateHook, instance, importing, imported]
}
