// The map as a file: the record is in the page, and so is the map's worker.
import workerCode from 'maplibre-gl/dist/maplibre-gl-worker.mjs?raw'
import { prepare } from './atlas'
import { Board } from './board'
import { el } from './dom'
import { Embedded } from './embedded'
import { dayText } from './record'
import './board.css'
import './file.css'

const source = Embedded.read()
const { on, reports } = source.summary

prepare(URL.createObjectURL(new Blob([workerCode], { type: 'text/javascript' })))

void Board.make(source, { inFile: true, tiles: null }).then((board) => {
  const note = `${reports} reports up to ${on === null ? 'a day not known' : dayText(on)}. Corroborated means said by more than one originator; it does not mean true.`
  document.body.append(el('header', {}, el('h1', {}, 'Dateline'), el('p', {}, note), board.toggle), el('main', {}, board.node))
  board.start()
})
