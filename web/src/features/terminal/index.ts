export { default as RunConsole } from './RunConsole.vue'
export { RunSession } from './session'
export type { TerminalPort } from './port'
