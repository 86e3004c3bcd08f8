export { t, type Key, type Values } from './t'
