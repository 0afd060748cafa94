// The rules that remove statements that are not needed any more.

/** @typedef {import('ts-morph').Node} Node */
/** @typedef {import('./types.js').Rule} Rule */

/**
 * @param {import('./types.js').Tools} tools
 * @returns {Rule[]}
 */
export function createStatements({ morph, kinds, values, names, shared, state, render }) {
  const { Node } = morph

  /** @type {Rule} */
  function consumed(node) {
    if (!Node.isVariableStatement(node)) return undefined
    const [declaration, ...others] = node.getDeclarations()
    const made = declaration?.getInitializer()
    if (!made || others.length > 0 || node.isExported()) return undefined
    if (!isOfLibrary(made) && !isHarmless(made)) return undefined
    const name = declaration?.getNameNode()
    const parts = Node.isObjectBindingPattern(name) ? name.getElements() : [declaration]
    const uses = parts.flatMap((one) => (one ? names.usesOf(one) : []))
    if (uses.length === 0 || !uses.every(names.isGone)) return undefined
    // The call finishes a sign-in, so it stays even if its result is not used.
    return kinds.kindOf(made)?.name === 'result' ? render(made) + state.style.semicolon : drop(node)
  }

  /** @param {Node} made */
  const isOfLibrary = (made) => !['client', 'hooked', undefined].includes(kinds.kindOf(made)?.name)

  /** Whether a value can be removed: options of the old library, or the page's query. @param {Node} made */
  const isHarmless = (made) =>
    Node.isObjectLiteralExpression(made) ||
    /^(?:new URLSearchParams\()?(?:window\.)?location\b/.test(made.getText())

  /** @type {Rule} */
  function finished(node) {
    if (!Node.isIfStatement(node) || node.getElseStatement()) return undefined
    if (!/location|\bcode\b|params/i.test(node.getExpression().getText())) return undefined
    const block = node.getThenStatement()
    const statements = Node.isBlock(block) ? block.getStatements() : [block]
    const clients = statements.map(callbackOf)
    const others = statements.filter((_, index) => !clients[index])
    const client = clients.find(Boolean)
    if (!client || !others.every(isCleaning)) return undefined
    for (const one of node.getExpression().getDescendants()) shared.consumed.add(one)
    return `await ${client}.start()${state.style.semicolon}`
  }

  /** The client of a statement that only awaits the end of a sign-in. @param {Node} statement */
  function callbackOf(statement) {
    const awaited = statement
      .getDescendantsOfKind(morph.SyntaxKind.AwaitExpression)
      .map((one) => one.getExpression())
      .find(
        (one) => Node.isCallExpression(one) && kinds.memberOf(one.getExpression())?.member.callback,
      )
    const callee = Node.isCallExpression(awaited) ? awaited.getExpression() : undefined
    if (!Node.isPropertyAccessExpression(callee)) return undefined
    const isAlone = Node.isExpressionStatement(statement) || isUnused(statement)
    return isAlone ? render(callee.getExpression()) : undefined
  }

  /** @param {Node} statement */
  const isUnused = (statement) =>
    Node.isVariableStatement(statement) &&
    statement.getDeclarations().every((one) => names.usesOf(one).length === 0)

  /** @param {Node} statement */
  const isCleaning = (statement) =>
    /^(?:window\.)?history\.replaceState\(/.test(statement.getText())

  /** @type {Rule} */
  function dropped(node) {
    if (Node.isSwitchStatement(node) && render(node.getExpression()) === 'undefined')
      return drop(node)
    if (!Node.isExpressionStatement(node)) return undefined
    const expression = bare(node.getExpression())
    const called = Node.isCallExpression(expression)
      ? kinds.memberOf(expression.getExpression())
      : undefined
    if (called?.member.drop) return drop(node)
    if (called?.member.renews && isConsumedBeside(node)) return drop(node)
    if (!Node.isBinaryExpression(expression)) return undefined
    return kinds.memberOf(expression.getLeft())?.member.drop ? drop(node) : undefined
  }

  /** Remove an `if` whose statements have all been removed. @type {Rule} */
  function emptied(node) {
    if (!Node.isIfStatement(node) || node.getElseStatement()) return undefined
    const inner = node.getThenStatement()
    const statements = Node.isBlock(inner) ? inner.getStatements() : [inner]
    if (
      statements.length === 0 ||
      node
        .getExpression()
        .getDescendants()
        .some((one) => Node.isCallExpression(one))
    )
      return undefined
    return statements.every((one) => shared.dropped.has(one)) ? drop(node) : undefined
  }

  /** Whether the function around a statement also sends a token: there `fetch` renews it by itself. @param {Node} node */
  function isConsumedBeside(node) {
    const holder = values.functionOf(node) ?? node.getSourceFile()
    return [...shared.consumed].some(
      (one) => (values.functionOf(one) ?? one.getSourceFile()) === holder,
    )
  }

  /** @param {Node} node */
  function drop(node) {
    shared.dropped.add(node)
    return ''
  }

  /** @param {Node} node @returns {Node} */
  const bare = (node) =>
    Node.isAwaitExpression(node) || Node.isVoidExpression(node) ? bare(node.getExpression()) : node

  return [consumed, finished, emptied, dropped]
}
