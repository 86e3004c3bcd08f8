// Styles of components name tokens only: no raw colour, no z-index number. Because: themes and contrast live in tokens.css.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = new URL('../src/', import.meta.url).pathname
const RULES = [
  [/#[0-9a-f]{3,8}\b/i, 'a raw colour'],
  [/z-index:\s*-?\d/, 'a z-index number'],
]
const ALLOWED = /background: #fff/ // pictures are drawn for white paper
let faults = 0
for (const name of readdirSync(folder, { recursive: true })) {
  if (!name.endsWith('.vue')) continue
  const style = /<style scoped>([\s\S]*)<\/style>/.exec(readFileSync(join(folder, name), 'utf8'))?.[1] ?? ''
  for (const line of style.split('\n')) {
    for (const [rule, what] of RULES) {
      if (!rule.test(line) || ALLOWED.test(line)) continue
      console.error(`${name}: ${what}: ${line.trim()}`)
      faults++
    }
  }
}
process.exit(faults ? 1 : 0)
