import { createRouter, createWebHistory } from 'vue-router'
import { NO_CLASS } from './home'
import LinkPage from '@/features/signin/LinkPage.vue'
import SignIn from '@/features/signin/SignIn.vue'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', component: SignIn },
    { path: '/link', component: LinkPage },
    { path: '/set-password', component: LinkPage },
    { path: '/w/:workspace', component: () => import('./IdePage.vue'), props: true },
    { path: NO_CLASS, component: () => import('./NoClassPage.vue') },
    { path: '/class', component: () => import('./ClassPage.vue') },
    { path: '/:rest(.*)*', component: () => import('./NotFound.vue') },
  ],
})
