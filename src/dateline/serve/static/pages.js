// What pages do beyond plain links and forms; everything works without it.
'use strict'
const one = (selector, from = document) => from.querySelector(selector)
const all = (selector, from = document) => [...from.querySelectorAll(selector)]

/** Asks an address for JSON again and again until `seen` says it is enough. */
async function follow(address, seen) {
  for (;;) {
    await new Promise((done) => setTimeout(done, 1000))
    try {
      const answer = await fetch(address, { headers: { accept: 'application/json' } })
      if (answer.ok && seen(await answer.json())) return
    } catch { /* the server may be starting anew: ask again */ }
  }
}

// on a narrow page the links scroll: show where we are
const current = one('.top nav [aria-current]')
if (current) current.parentElement.scrollLeft = current.offsetLeft - 80

// conclusions being brought up to date
const busy = one('[data-busy]')
if (busy) follow('/work.json', (work) => {
  if (!work.busy) one('p', busy).firstChild.textContent = 'Conclusions are up to date. '
  return !work.busy
})

// reports being read
const job = one('[data-job][data-over=no]')
if (job) follow(job.dataset.job, (told) => {
  const bar = one('progress', job)
  if (bar) bar.value = told.read
  if (told.over || told.stage !== job.dataset.stage) location.reload()
  return told.over
})

// files dropped, and sizes told before anything is sent
const drop = one('[data-drop]')
if (drop) {
  const form = drop.closest('form'), files = one('input[type=file]', drop), chosen = one('[data-chosen]', drop), wrong = one('[data-wrong]')
  const most = Number(form.dataset.most), count = Number(form.dataset.files)
  const tell = () => {
    const sent = [...files.files], size = sent.reduce((sum, f) => sum + f.size, 0) + one('textarea', form).value.length
    if (sent.length) chosen.textContent = sent.map((f) => f.name).join(', ')
    wrong.textContent = sent.length > count ? `More than ${count} files at once: send them in parts, or use dateline add.`
      : size > most ? `More than ${most / 1e6} MB at once: send less, or use dateline add.` : ''
    return !wrong.textContent
  }
  files.addEventListener('change', tell)
  form.addEventListener('submit', (event) => { if (!tell()) event.preventDefault() })
  for (const kind of ['dragenter', 'dragover']) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add('over') })
  for (const kind of ['dragleave', 'drop']) drop.addEventListener(kind, () => drop.classList.remove('over'))
  drop.addEventListener('drop', (event) => { event.preventDefault(); files.files = event.dataTransfer.files; tell() })
}

// the review queue by keyboard
const items = all('[data-item]')
const undo = one('[data-undo]')
if (items.length || undo) {
  let at = items.findIndex((item) => item.id === sessionStorage.getItem('item'))
  const go = (to) => {
    at = Math.max(0, Math.min(items.length - 1, to))
    items[at]?.focus()
    items[at]?.scrollIntoView({ block: 'nearest' })
  }
  const send = (form) => {
    if (!form) return
    if (items.length) sessionStorage.setItem('item', (items[at + 1] ?? items[at - 1])?.id ?? '')
    if (form.reportValidity()) form.requestSubmit()
  }
  const keys = {
    j: () => go(at + 1), k: () => go(at - 1),
    a: () => send(items[at] && one('[data-act=accept]', items[at])), r: () => send(items[at] && one('[data-act=reject]', items[at])),
    e: () => { const edit = items[at] && one('[data-edit]', items[at]); if (edit) { edit.open = true; one('select', edit).focus() } },
    m: () => { const mark = items[at] && one('[data-mark]', items[at]); if (mark) mark.checked = !mark.checked },
    M: () => send(one('#merge')), s: () => (items[at] && one('[data-split]', items[at]))?.click(),
    u: () => send(undo), '?': () => { const help = one('.keys'); if (help) help.open = !help.open },
  }
  document.addEventListener('keydown', (event) => {
    const typing = event.target.closest('input:not([type=checkbox]), select, textarea')
    if (event.key === 'Escape' && typing) { typing.blur(); go(at) }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return
    event.preventDefault()
    keys[event.key]()
  })
  document.addEventListener('focusin', (event) => { const item = event.target.closest('[data-item]'); if (item) at = items.indexOf(item) })
  if (at >= 0) go(at)
}
