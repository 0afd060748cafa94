// The rules for names that an app destructured from a hook: `const { user, login } = useHook()`.

/** @typedef {import('ts-morph').Node} Node */
/** @typedef {import('./types.js').Rule} Rule */

/** Local names for members of `useAuth()` whose own name would hide a global. */
/** @type {Record<string, string>} */
const LOCAL = { fetch: 'authFetch' }

/**
 * @param {Pick<import('./types.js').Tools, 'morph' | 'kinds' | 'shared' | 'file' | 'state'>} tools
 */
export function createNames({ morph, kinds, shared, file, state }) {
  const { Node, SyntaxKind } = morph

  /** Every place that names a variable, except its declaration. @param {Node} declaration */
  function usesOf(declaration) {
    const name = Node.hasName(declaration) ? declaration.getName() : ''
    return file.getDescendantsOfKind(SyntaxKind.Identifier).filter((one) => {
      const parent = one.getParent()
      if (one.getText() !== name || parent === declaration) return false
      const at = Node.isShorthandPropertyAssignment(parent) ? parent : one
      const isImported = at.getSymbol()?.getDeclarations()[0] === declaration
      return isImported || kinds.declarationOf(at) === declaration
    })
  }

  /** Whether a place is removed, alone or with its statement. @param {Node} node */
  const isGone = (node) =>
    shared.consumed.has(node) || node.getAncestors().some((up) => shared.dropped.has(up))

  /** Whether a name is in an array, such as the dependencies of an effect. @param {Node} node */
  const isDependency = (node) => Node.isArrayLiteralExpression(node.getParent())

  /** @param {import('ts-morph').BindingElement} element */
  function isNeeded(element) {
    const uses = usesOf(element).filter((one) => !isGone(one))
    const pattern = element.getParent()
    const found = kinds.memberOfElement(element)
    const isReplaced = found?.member.kind === 'token' && shared.added.get(pattern)?.has('fetch')
    return uses.length > 0 && !(isReplaced && uses.every(isDependency))
  }

  /** The new local name of a pattern's element, if the element stays. @param {import('ts-morph').BindingElement} element */
  function localOf(element) {
    const found = kinds.memberOfElement(element)
    const to = found?.member.to
    const name = element.getName()
    if (!to || element.getPropertyNameNode() || to === name) return name
    return isFree(to) ? to : name
  }

  /** @param {string} name */
  const isFree = (name) =>
    !file.getDescendantsOfKind(SyntaxKind.Identifier).some((one) => {
      const parent = one.getParent()
      const isProperty = Node.isPropertyAccessExpression(parent) && parent.getNameNode() === one
      return one.getText() === name && !isProperty
    })

  /** Add a name to a hook's pattern, and give its local name. @param {Node} pattern @param {string} name */
  function added(pattern, name) {
    const names = shared.added.get(pattern) ?? new Set()
    names.add(name)
    shared.added.set(pattern, names)
    const taken = elementsOf(pattern).find(
      (one) => kinds.memberOfElement(one)?.member.to === name && isNeeded(one),
    )
    if (taken) return localOf(taken)
    return LOCAL[name] ?? name
  }

  /** @param {Node} pattern */
  const elementsOf = (pattern) =>
    Node.isObjectBindingPattern(pattern) ? pattern.getElements() : []

  /** @type {Rule} */
  function pattern(node) {
    if (!Node.isObjectBindingPattern(node)) return undefined
    const holder = node.getParent()
    if (!Node.isVariableDeclaration(holder)) return undefined
    const of = kinds.kindOf(holder.getInitializer())
    if (of?.name !== 'hooked') return of && plain(node)
    const names = new Map()
    for (const element of node.getElements()) {
      const name = element.getPropertyNameNode()?.getText() ?? element.getName()
      const found = kinds.memberOfElement(element)
      if (!found || found.member.todo)
        state.todo(`\`${name}\`: ${found?.member.todo ?? 'it has no counterpart.'}`)
      if (found?.member.to && isNeeded(element)) names.set(found.member.to, localOf(element))
    }
    for (const name of shared.added.get(node) ?? [])
      if (!names.has(name)) names.set(name, LOCAL[name] ?? name)
    const parts = [...names].map(([to, local]) => (to === local ? to : `${to}: ${local}`))
    if (parts.length === 0)
      shared.dropped.add(node.getFirstAncestorByKindOrThrow(SyntaxKind.VariableStatement))
    return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`
  }

  /** The pattern of a value that is not a hook's. @param {import('ts-morph').ObjectBindingPattern} node */
  function plain(node) {
    const parts = node.getElements().map((element) => {
      const name = element.getPropertyNameNode()?.getText() ?? element.getName()
      const member = kinds.memberOfElement(element)?.member
      return { name, member, local: element.getName() }
    })
    const [only, ...others] = parts
    if (only?.member?.to === '' && others.length === 0) return only.local
    for (const { name, member } of parts)
      if (member && (!member.to || member.args))
        state.todo(`\`${name}\`: ${member.todo ?? 'take it from the value by its new name.'}`)
    return parts.some(({ member }) => member?.to)
      ? `{ ${parts.map(({ name, member, local }) => ((member?.to || name) === local ? local : `${member?.to || name}: ${local}`)).join(', ')} }`
      : undefined
  }

  /** @type {Rule} */
  function identifier(node) {
    if (!Node.isIdentifier(node)) return undefined
    const parent = node.getParent()
    if (Node.isPropertyAccessExpression(parent) && parent.getNameNode() === node) return undefined
    return replaced(node, node)
  }

  /** @param {Node} node @param {Node} at */
  function replaced(node, at) {
    const element = elementOf(at)
    if (!element) return undefined
    if (isDependency(node) && !isNeeded(element)) return LOCAL.fetch
    const member = kinds.memberOfElement(element)?.member
    if (member?.write && !member.args) {
      const taken = /** @param {string} name */ (name) => added(element.getParent(), name)
      const call = { object: '', on: taken, from: taken }
      return member.write(/** @type {import('./types.js').Call} */ (/** @type {unknown} */ (call)))
    }
    return localOf(element)
  }

  /** The property of `{ user }` keeps its name, also if the variable gets a new one. @type {Rule} */
  function shorthand(node) {
    if (!Node.isShorthandPropertyAssignment(node)) return undefined
    const text = replaced(node, node)
    const name = node.getName()
    return text === undefined || text === name ? undefined : `${name}: ${text}`
  }

  /** The element of a hook's pattern that declares a name. @param {Node} node */
  function elementOf(node) {
    const element = kinds.declarationOf(node)
    return Node.isBindingElement(element) && kinds.memberOfElement(element) ? element : undefined
  }

  /** @param {Node} node */
  function local(node) {
    const element = elementOf(node)
    return element && localOf(element)
  }

  return { usesOf, isGone, added, local, rules: [pattern, identifier, shorthand] }
}
