import { readFileSync } from 'node:fs'
import { defineConfig } from 'vite'

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))

/** Puts the licences of what is bundled beside the bundle. */
const licences = {
  name: 'licences',
  generateBundle() {
    const text = Object.entries(dependencies).map(([name, version]) =>
      `${name} ${version}\n\n${readFileSync(`node_modules/${name}/${licenceFiles[name] ?? 'LICENSE'}`, 'utf8')}`)
    this.emitFile({ type: 'asset', fileName: 'licences.txt', source: text.join('\n\n----\n\n') })
  },
}
const licenceFiles = { 'maplibre-gl': 'LICENSE.txt' }

const outDir = '../src/dateline/present/assets'
// Two builds: `vite build` makes the map as one script for a file, `vite build --mode app` the served application's parts.
export default defineConfig(({ mode }) => mode === 'app'
  ? {
      base: '/assets/', worker: { format: 'es', rollupOptions: { output: { entryFileNames: 'worker.js' } } },
      build: {
        outDir, emptyOutDir: false, target: 'es2023', assetsInlineLimit: 0, modulePreload: false, cssCodeSplit: false,
        rollupOptions: { input: 'src/app.ts', output: { entryFileNames: 'app.js', chunkFileNames: 'app-[name].js', assetFileNames: 'app[extname]' } },
      },
    }
  : {
      plugins: [licences],
      build: {
        outDir, emptyOutDir: true, target: 'es2023',
        lib: { entry: 'src/file.ts', formats: ['iife'], name: 'dateline', fileName: () => 'map.js', cssFileName: 'map' },
      },
    })
