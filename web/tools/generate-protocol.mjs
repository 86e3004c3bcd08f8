// Makes src/protocol/generated.ts from schema.json; with --check it only says whether the file is stale.
import { readFileSync, writeFileSync } from 'node:fs'
import { compile } from 'json-schema-to-typescript'
import { format, resolveConfig } from 'prettier'

const folder = new URL('../src/protocol/', import.meta.url)
const target = new URL('generated.ts', folder)
const schema = JSON.parse(readFileSync(new URL('schema.json', folder), 'utf8'))
const { 'x-constants': constants, ...rest } = schema
const types = await compile(rest, 'Wire', {
  bannerComment: '/* Generated from schema.json by `npm run generate`; do not edit. */',
  additionalProperties: false,
  ignoreMinAndMaxItems: true,
  format: false,
})
const values = Object.entries(constants ?? {}).map(
  ([name, value]) => `export const ${name} = ${JSON.stringify(value)} as const\n`,
)
const options = await resolveConfig(new URL('../.prettierrc.json', import.meta.url))
const text = await format(`${types}\n${values.join('\n')}`, { ...options, parser: 'typescript' })

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('src/protocol/generated.ts is stale: run `npm run generate`')
    process.exit(1)
  }
} else {
  writeFileSync(target, text)
}
