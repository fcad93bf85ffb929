// The page by keyboard: / searches, arrows page and move, ? lists the keys.

import { el } from './cells.js';
import { $id } from './parts.js';

const KEYS = [
  ['/', 'search'], ['← →', 'page before, page after'], ['↑ ↓', 'row before, row after'],
  ['Home End', 'first page, last page'], ['Enter', 'open the details of a row'], ['Space', 'select a row'],
  ['g', 'go to a page'], ['f', 'compound filter'], ['i', 'what the last draw cost'], ['Esc', 'close; leave the search'], ['?', 'this list'],
];

export function keyboard(page) {
  const turn = step => () => page.table.page(step).draw('page');
  const focus = id => () => { $id(id).focus(); $id(id).select?.(); };
  const press = id => () => $id(id).hidden || $id(id).click();
  const commands = {
    '/': focus('search'), g: focus('page'), f: press('filter'), i: press('inspect'), '?': list,
    ArrowLeft: turn('previous'), ArrowRight: turn('next'), Home: turn('first'), End: turn('last'),
    ArrowUp: () => move(-1), ArrowDown: () => move(1),
  };
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const { target, key } = event;
    if (key === 'Escape' && target === $id('search')) target.blur();
    if (target.closest('dialog, input:not([type=checkbox]), select, textarea, [contenteditable], details[open], .dtcc-dropdown, #builder')) return;
    const row = target.closest('#users tbody tr[id]');
    if (row && key === 'Enter' && target === row) row.querySelector('button.name').click();
    else if (row && key === ' ' && target === row) row.querySelector('input').click();
    else if (!commands[key] || target.closest('[role=tablist], pre') || scrolls(target, key)) return;
    else commands[key]();
    event.preventDefault();
  });
  $id('keys').addEventListener('click', list);
}

// A table wider than its panel scrolls with the arrows, as everything does that has the focus.
const scrolls = (target, key) => target.id === 'rows' && /Arrow(Left|Right)/.test(key) && target.scrollWidth > target.clientWidth;

function move(step) {
  const rows = [...document.querySelectorAll('#users tbody tr[id]')];
  const at = rows.indexOf(document.activeElement.closest?.('tr[id]'));
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step];
  if (!next) return;
  rows.forEach(row => { row.tabIndex = row === next ? 0 : -1; });
  next.focus();
}

function list() {
  const dialog = $id('key-list') ?? el('dialog', { id: 'key-list', class: 'panel', 'aria-labelledby': 'key-title' },
    el('form', { method: 'dialog' }, el('h2', { id: 'key-title' }, 'Keys'), el('button', { class: 'button icon', 'aria-label': 'Close' }, '✕')),
    el('dl', {}, ...KEYS.map(([keys, does]) => el('div', {}, el('dt', {}, ...keys.split(' ').flatMap(key => [el('kbd', {}, key), ' '])), el('dd', {}, does)))));
  if (!dialog.isConnected) {
    document.body.append(dialog);
    dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close());
  }
  dialog.showModal();
}
