/** Words that a person sees, found in the syntax of our own files: what is handed to the translation, and what is not. */
import ts from 'typescript'

/** Attributes whose value is read or heard. */
const spoken: ReadonlySet<string> = new Set(['title', 'aria-label', 'label', 'placeholder', 'alt', 'hint', 'ariaLabel'])

/** Elements whose text is code, a key or a name, the same in every language. */
const verbatim: ReadonlySet<string> = new Set(['code', 'pre', 'kbd'])

/** Tables that are written before anybody knows the language: these properties of them are asked for when they are shown. */
const tables: readonly (readonly [RegExp, readonly string[]])[] = [[/core\/checks\/(?:shared\/reader-codes|[\w-]+)\.ts$/, ['title']], [/core\/formats\/infra\/grammar[\w-]*\.ts$/, ['title', 'doc']]]

/** Functions that stand outside any: what is said there is said before the language is known. */
const isInFunction = (node: ts.Node): boolean => {
  for (let one = node.parent; !ts.isSourceFile(one); one = one.parent) if (ts.isFunctionLike(one)) return true
  return false
}

export interface Found {
  /** ``t`…` ``, `t('…')`, `later('…')` and `l10n.t('…')`: the keys of the bundle. */
  readonly keys: readonly string[]
  /** Words between tags, in spoken attributes or as results of an expression there, that no translation is asked for. */
  readonly bare: readonly { readonly text: string; readonly line: number; readonly node: ts.Node }[]
  /** Lines where `t` is asked while the file is read. */
  readonly early: readonly number[]
}

/** A word of two letters or more; units, signs and single letters are the same everywhere. */
export const isWords = (text: string): boolean => /\p{L}{2,}/u.test(text.replace(/\b(?:[KMGT]i?B|[kMGT]bps|Gbit|ms|us|MTU|VNI|VLAN|TCP|UDP|ICMP|IPv[46]|SVG|PNG|CSV|vs|tcp|udp|icmp)\b/g, ''))

export const parse = (file: string, text: string): ts.SourceFile => ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true, file.endsWith('.tsx') ? ts.ScriptKind.TSX : ts.ScriptKind.TS)

/** `later` marks what `t` is asked for later; `valueIn` reads a sentence by its template. */
const asking: ReadonlySet<string> = new Set(['t', 'later', 'valueIn'])

/** The key of a template: `{0}`, `{1}` … for its values. */
const keyOf = (template: ts.TemplateLiteral): string =>
  ts.isNoSubstitutionTemplateLiteral(template) ? template.text : template.head.text + template.templateSpans.map(({ literal }, i) => `{${i}}${literal.text}`).join('')

const isAsked = (node: ts.Node): node is ts.CallExpression => ts.isCallExpression(node) && (ts.isIdentifier(node.expression) ? asking.has(node.expression.text) : ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === 't')

const asksNow = (node: ts.Node): boolean =>
  (ts.isTaggedTemplateExpression(node) && node.tag.getText() === 't') || (ts.isCallExpression(node) && node.expression.getText() === 't')

const tagOf = (node: ts.Node): string | undefined => {
  const parent = node.parent
  return ts.isJsxElement(parent) ? parent.openingElement.tagName.getText() : undefined
}

export function stringsOf(file: string, text: string): Found {
  const source = parse(file, text)
  const keys: string[] = []
  const bare: Found['bare'][number][] = []
  const say = (node: ts.Node, words: string): void => void bare.push({ text: words.trim(), line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, node })
  /** Strings that are what an expression comes to. */
  const results = (node: ts.Expression | undefined): void => {
    if (!node) return
    if (ts.isParenthesizedExpression(node)) results(node.expression)
    else if (ts.isConditionalExpression(node)) {
      results(node.whenTrue)
      results(node.whenFalse)
    } else if (ts.isBinaryExpression(node) && [ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken].includes(node.operatorToken.kind)) {
      if (node.operatorToken.kind !== ts.SyntaxKind.AmpersandAmpersandToken) results(node.left)
      results(node.right)
    } else if (ts.isStringLiteralLike(node)) {
      if (isWords(node.text)) say(node, node.text)
    } else if (ts.isTemplateExpression(node) && isWords([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join(' '))) say(node, node.getText())
  }
  const early: number[] = []
  const inTables = tables.flatMap(([files, names]) => (files.test(file) ? names : []))
  const visit = (node: ts.Node): void => {
    if (isAsked(node)) {
      const [first] = node.arguments
      if (first && ts.isStringLiteralLike(first)) keys.push(first.text)
    }
    if (ts.isTaggedTemplateExpression(node) && ts.isIdentifier(node.tag) && node.tag.text === 't') keys.push(keyOf(node.template))
    if (asksNow(node) && !isInFunction(node)) early.push(source.getLineAndCharacterOfPosition(node.getStart()).line + 1)
    if (ts.isPropertyAssignment(node) && inTables.includes(node.name.getText()) && ts.isStringLiteralLike(node.initializer)) keys.push(node.initializer.text)
    if (ts.isJsxText(node) && isWords(node.text) && !verbatim.has(tagOf(node) ?? '')) say(node, node.text)
    if (ts.isJsxExpression(node) && (ts.isJsxElement(node.parent) || ts.isJsxFragment(node.parent)) && !verbatim.has(tagOf(node) ?? '')) results(node.expression)
    if (ts.isJsxAttribute(node) && spoken.has(node.name.getText())) {
      const value = node.initializer
      if (value && ts.isStringLiteral(value) && isWords(value.text)) say(value, value.text)
      else if (value && ts.isJsxExpression(value)) results(value.expression)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return { keys, bare, early }
}
