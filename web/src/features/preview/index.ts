export { default as FilePreview } from './FilePreview.vue'
export { ALSO_TEXT, type PreviewKind } from './kinds'
