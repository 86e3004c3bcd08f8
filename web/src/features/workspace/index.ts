export { default as FileTree } from './FileTree.vue'
export * from './model'
export * from './dropped'
export * from './uploads'
