export * from './limits'
export * from './model'
