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

export default defineConfig({
  plugins: [licences],
  build: {
    outDir: '../src/dateline/present/assets',
    emptyOutDir: true,
    target: 'es2022',
    lib: { entry: 'src/main.ts', formats: ['iife'], name: 'dateline', fileName: () => 'map.js', cssFileName: 'map' },
  },
})
