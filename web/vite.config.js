import { defineConfig } from 'vite'

export default defineConfig({
  build: {
    outDir: '../src/dateline/present/assets',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 10_000_000,
    lib: { entry: 'src/main.ts', formats: ['iife'], name: 'dateline', fileName: () => 'map.js', cssFileName: 'map' },
  },
})
