import { createRouter, createWebHistory } from 'vue-router'
import SignIn from '@/features/signin/SignIn.vue'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', component: SignIn, props: { mode: 'password' } },
    { path: '/link', component: SignIn, props: { mode: 'link' } },
    { path: '/set-password', component: SignIn, props: { mode: 'set' } },
    { path: '/w/:workspace', component: () => import('./IdePage.vue'), props: true },
    { path: '/class', component: () => import('./ClassPage.vue') },
    { path: '/:rest(.*)*', component: () => import('./NotFound.vue') },
  ],
})
