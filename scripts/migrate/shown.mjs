// Finds the values of the old library that a component reaches in other ways: by a ref, a property of `this`, a global
// property, a provided value, or a name of its other script block.
import { MARKUP } from './marks.mjs'

/** @typedef {import('ts-morph').Node} Node */
/** @typedef {import('./types.js').Kind} Kind */

/**
 * @param {typeof import('ts-morph')} morph
 * @param {readonly import('ts-morph').SourceFile[]} files
 * @param {Pick<import('./types.js').Tools['kinds'], 'kindOf' | 'declarationOf'> & { ofType: (node: Node | undefined) => Kind | undefined }} kinds
 */
export function createShown({ Node, SyntaxKind }, files, { kindOf, declarationOf, ofType }) {
  /** The kind of the value that these files assign to a place with this text. @param {readonly import('ts-morph').SourceFile[]} among @param {(left: string) => boolean} isMeant */
  const assignedTo = (among, isMeant) =>
    among
      .flatMap((file) => file.getDescendantsOfKind(SyntaxKind.BinaryExpression))
      .filter((one) => one.getOperatorToken().getText() === '=' && isMeant(one.getLeft().getText()))
      .map((one) => kindOf(one.getRight()))
      .find(Boolean)

  /** The kind of `name.value`. @param {Node | undefined} declaration @returns {Kind | undefined} */
  function ofRef(declaration) {
    if (!Node.isVariableDeclaration(declaration)) return undefined
    const made = declaration.getInitializer()
    if (!Node.isCallExpression(made)) return undefined
    const callee = made.getExpression().getText()
    if (!['ref', 'shallowRef', 'computed'].includes(callee)) return undefined
    const [given] = made.getArguments()
    const value = Node.isArrowFunction(given) ? given.getBody() : given
    const [type] = made.getTypeArguments()
    const text = `${declaration.getName()}.value`
    return (
      ofType(type) ??
      kindOf(value) ??
      assignedTo([declaration.getSourceFile()], (left) => left === text)
    )
  }

  /** The kind of `inject(key)`, from `provide(key, value)` in any file. @param {import('ts-morph').CallExpression} node @returns {Kind | undefined} */
  function ofInject(node) {
    if (node.getExpression().getText() !== 'inject') return undefined
    const key = node.getArguments()[0]?.getText()
    return files
      .flatMap((file) => file.getDescendantsOfKind(SyntaxKind.CallExpression))
      .filter((one) => /(?:^|\.)provide$/.test(one.getExpression().getText()))
      .filter((one) => one.getArguments()[0]?.getText() === key)
      .map((one) => kindOf(one.getArguments()[1]))
      .find(Boolean)
  }

  /** The kind of a property of the instance: `this.name`, and `name` in the markup. @param {Node} node @param {string} name @returns {Kind | undefined} */
  const ofInstance = (node, name) =>
    assignedTo([node.getSourceFile()], (left) => left === `this.${name}`) ??
    assignedTo(files, (left) => left.endsWith(`.globalProperties.${name}`))

  /** The kind of a name that the component's other script block declares. @param {Node} node @returns {Kind | undefined} */
  function ofOtherBlock(node) {
    const file = node.getSourceFile()
    const others = files.filter((one) => one !== file && stemOf(one) === stemOf(file))
    return others
      .flatMap((one) => [one.getImportDeclarations(), one.getVariableDeclarations()].flat())
      .flatMap((one) => one.getDescendantsOfKind(SyntaxKind.Identifier))
      .filter((one) => one.getText() === node.getText())
      .map((one) => kindOf(one))
      .find(Boolean)
  }

  /** @param {Node} node */
  const isInMarkup = (node) =>
    node.getAncestors().some((up) => Node.isFunctionDeclaration(up) && up.getName() === MARKUP)

  /** @param {Node} node @returns {Kind | undefined} */
  return function ofComponent(node) {
    if (Node.isCallExpression(node)) return ofInject(node)
    if (Node.isPropertyAccessExpression(node)) {
      const [object, name] = [node.getExpression(), node.getName()]
      if (Node.isThisExpression(object)) return ofInstance(node, name)
      return name === 'value' && Node.isIdentifier(object)
        ? ofRef(declarationOf(object))
        : undefined
    }
    if (!Node.isIdentifier(node)) return undefined
    const declaration = declarationOf(node)
    if (!isInMarkup(node)) return declaration ? undefined : ofOtherBlock(node)
    if (declaration) return ofRef(declaration)
    return ofOtherBlock(node) ?? ofInstance(node, node.getText())
  }
}

/** The component's path, before the number of its block. @param {import('ts-morph').SourceFile} file */
const stemOf = (file) => file.getFilePath().replace(/\.\d\.\w+$/, '')
