export { default as PlotsPane } from './PlotsPane.vue'
