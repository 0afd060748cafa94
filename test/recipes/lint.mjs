// Lints the files of the folder it is run in, which has a tsconfig.json, by the rules
// of typescript-eslint that know types. Prints as the compiler does.
import { basename } from 'node:path'
import { ESLint } from 'eslint'
import { configs } from 'typescript-eslint'

const cwd = process.cwd()
/** @type {import('eslint').Linter.Config} */
const app = {
  // A piece of the documentation makes what the reader's code goes on with.
  rules: { '@typescript-eslint/no-unused-vars': 'off' },
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: cwd } },
}
const eslint = new ESLint({
  cwd,
  overrideConfigFile: true,
  overrideConfig: /** @type {import('eslint').Linter.Config[]} */ ([
    ...configs.recommendedTypeChecked,
    app,
  ]),
})
for (const { filePath, messages } of await eslint.lintFiles(['*.ts', '*.tsx']))
  for (const { line, column, ruleId, message } of messages)
    console.log(`${basename(filePath)}(${line},${column}): ${ruleId}: ${message}`)
