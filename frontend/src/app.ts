// The map of the served application, inside a page of its own: the record is asked for part by part.
import workerAddress from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { prepare } from './atlas'
import { Board } from './board'
import { button, el } from './dom'
import { Served } from './served'
import './board.css'

const root = document.getElementById('map-app')!
const { api = '/api/', tiles, tilesAttribution: attribution = '' } = root.dataset

async function start(): Promise<void> {
  root.replaceChildren(el('p', { class: 'empty', role: 'status' }, 'Loading the map …'))
  try {
    const source = await Served.open(api)
    if (!source.summary.reports) return root.replaceChildren(nothing())
    const board = await Board.make(source, { inFile: false, tiles: tiles ? { address: tiles, attribution } : null })
    root.replaceChildren(board.node)
    document.querySelector('header nav')?.append(board.toggle)
    board.start()
  } catch (error) {
    const say = error instanceof Error ? error.message : String(error)
    root.replaceChildren(el('div', { class: 'empty' }, el('p', { class: 'wrong', role: 'alert' }, say), button({}, () => void start(), 'Try again')))
  }
}

function nothing(): HTMLElement {
  document.documentElement.dataset.ready = 'yes'
  return el('div', { class: 'empty' }, el('p', {}, 'This record holds no reports yet. '), el('a', { href: '/add' }, 'Add a report'))
}

prepare(workerAddress)
void start()
