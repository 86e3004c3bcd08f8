export { default as FilePreview } from './FilePreview.vue'
