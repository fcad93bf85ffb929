// Exports all rows that match: said how many before, a bar while they come, and a way to stop.

import { el, number } from './cells.js';
import { $id, say } from './parts.js';

const KINDS = [['csv', 'CSV', 'text, for any program'], ['xlsx', 'Excel', 'a workbook'], ['jsonl', 'JSON lines', 'one object a line']];
const LARGE = 50_000; // rows; more go to the disk as they come, where the browser can
let running;

export function menu(page) {
  if (running) return;
  const rows = page.answer.recordsFiltered;
  const buttons = KINDS.map(([kind, name, words]) => {
    const button = el('button', { type: 'button' }, el('b', {}, name), el('span', { class: 'quiet' }, words));
    button.addEventListener('click', () => run(page, kind, rows));
    return button;
  });
  box().replaceChildren(el('p', { class: 'note' }, `${number(rows)}${page.relation ? ' or more' : ''} ${rows === 1 ? 'row' : 'rows'}, in the order shown`), ...buttons);
}

const box = () => $id('export').lastElementChild;
const done = words => {
  running = undefined;
  say(words);
  box().replaceChildren(el('p', { class: 'note', role: 'status' }, words));
};

async function run(page, kind, expected) {
  running = new AbortController();
  const { signal } = running, bar = el('progress', { max: Math.max(expected, 1), value: 0, 'aria-label': 'Rows exported' }), words = el('p', { class: 'note' }, 'Asking…');
  const cancel = el('button', { type: 'button', class: 'stop' }, 'Cancel');
  cancel.addEventListener('click', () => running?.abort());
  box().replaceChildren(words, bar, cancel);
  cancel.focus();
  try {
    const name = `users.${kind}`, file = expected > LARGE && window.showSaveFilePicker ? await (await showSaveFilePicker({ suggestedName: name })).createWritable() : null;
    const response = await fetch(new URL(`api/users/export.${kind}`, document.baseURI), {
      method: 'POST', signal, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...page.question, start: 0, length: -1 }),
    });
    if (!response.ok) throw new Error((await response.json().catch(() => null))?.error ?? `no export (HTTP ${response.status})`);
    const total = Number(response.headers.get('X-Export-Rows')) || expected, cut = response.headers.get('X-Export-Cut');
    bar.max = Math.max(total, 1);
    const { bytes, parts } = await receive(response.body, file, (rows, bytes) => {
      if (kind !== 'xlsx') bar.value = Math.min(rows, total); else bar.removeAttribute('value');
      words.textContent = `${kind === 'xlsx' ? '' : `${number(Math.min(rows, total))} of ${number(total)} rows · `}${(bytes / 1e6).toFixed(1)} MB`;
    });
    if (parts) save(new Blob(parts, { type: response.headers.get('Content-Type') ?? '' }), name);
    done(`${number(total)} rows in ${name}, ${(bytes / 1e6).toFixed(1)} MB${cut && !/^(0|false|no)$/i.test(cut) ? ' – cut there: the server sends no more at once' : ''}`);
  } catch (error) {
    done(signal.aborted || error.name === 'AbortError' ? 'Cancelled; nothing was kept.' : `Not exported: ${error.message}`);
  }
}

async function receive(body, file, progress) {
  const parts = file ? null : [];
  let rows = -1, bytes = 0;
  for await (const chunk of body) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) rows += 1;
    bytes += chunk.length;
    progress(Math.max(rows, 0), bytes);
    await (file ? file.write(chunk) : parts.push(chunk));
  }
  await file?.close();
  return { bytes, parts };
}

function save(blob, name) {
  const link = el('a', { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
