import { createApp } from 'vue'
import App from './app/App.vue'
import { applyPreferences } from './app/preferences'
import { router } from './app/router'

applyPreferences()
createApp(App).use(router).mount('#app')
