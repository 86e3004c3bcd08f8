export { default as FileTree } from './FileTree.vue'
export * from './model'
