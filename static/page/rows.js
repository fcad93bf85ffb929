// What a reader does with rows: open their details, select them across pages, copy and print them.

import { details, el, number, said } from './cells.js';
import { $id, copy, say } from './parts.js';
import { post } from './request.js';

const MOST = 10_000; // rows that are copied or printed; for more there is the export
const chosen = new Map(); // the rows that are selected, by id
let all = null; // or the question whose every answer is
let bar, wired = false;

// Something in a row was pressed.
export function pressed(page, target) {
  wire(page);
  const tr = target.closest('tr[id]');
  if (target.matches('.id input')) return select(page, tr, target.checked);
  if (target.closest('a, input') || String(getSelection())) return;
  toggle(page, tr);
}

function wire(page) {
  if (wired) return;
  wired = true;
  page.table.on('draw', () => paint(page));
}

// ----- details

function toggle({ table, columns }, tr) {
  const row = table.row(tr), open = row.child.isShown();
  tr.querySelector('button.name').setAttribute('aria-expanded', !open);
  if (open) return row.child.hide();
  const data = row.data();
  const list = el('dl', {}, columns.map(({ key, heading }) => el('div', {}, el('dt', {}, heading), el('dd', {}, said(key, data[key]) === '' ? '—' : details(data, key)))));
  row.child(list, 'details').show();
}

// ----- selection

function select(page, tr, on) {
  const row = page.table.row(tr).data();
  if (all) { all = null; chosen.clear(); for (const each of page.table.rows().data().toArray()) chosen.set(each.id, each); }
  if (on) chosen.set(row.id, row); else chosen.delete(row.id);
  paint(page);
}

function paint(page) {
  for (const tr of document.querySelectorAll('#users tbody tr[id]')) {
    const on = Boolean(all) || chosen.has(page.table.row(tr).data().id);
    tr.classList.toggle('selected', on);
    tr.querySelector('.id input').checked = on;
  }
  $id('users').classList.toggle('selecting', Boolean(all) || chosen.size > 0);
  showBar(page);
}

function showBar(page) {
  const count = all ? all.count : chosen.size;
  if (!bar) {
    bar = el('div', { id: 'selection', class: 'panel', role: 'toolbar', 'aria-label': 'Selected rows' });
    document.querySelector('main').append(bar);
  }
  bar.hidden = !count;
  if (!count) return;
  const matching = page.answer.recordsFiltered, button = (text, press, kind = 'button') => {
    const made = el('button', { type: 'button', class: kind }, text);
    made.addEventListener('click', () => press(made));
    return made;
  };
  const focused = bar.contains(document.activeElement);
  bar.replaceChildren(
    el('b', {}, `${number(count)} selected`),
    !all && matching > count ? button(`Select all ${number(matching)} matching`, () => { all = { ...page.question, count: matching }; paint(page); }, 'button plain') : '',
    button('Copy', async made => copy(asText(page, await rows(made)), made)),
    button('Print', async made => print(page, await rows(made))),
    button('Clear', () => { all = null; chosen.clear(); paint(page); say('Nothing is selected'); $id('rows').focus(); }),
  );
  if (focused) bar.querySelector('button').focus();
}

// The rows that are selected; where that is all that match, they are asked for, a thousand a time.
async function rows(button) {
  if (!all) return [...chosen.values()];
  const found = [], word = button.textContent;
  button.disabled = true;
  while (found.length < Math.min(all.count, MOST)) {
    button.textContent = `${number(found.length)}…`;
    const { data } = await (await post({ ...all, start: found.length, length: 1000 })).json();
    if (!data?.length) break;
    found.push(...data);
  }
  button.disabled = false;
  button.textContent = word;
  if (all.count > MOST) say(`The first ${number(MOST)} rows of ${number(all.count)}; Export has all.`);
  return found.slice(0, MOST);
}

const shown = page => page.columns.filter((_, i) => page.table.column(i).visible()).flatMap(column => column.key === 'name' ? [column, page.columns.find(({ key }) => key === 'email')] : [column])
  .filter((column, i, every) => every.indexOf(column) === i);

function asText(page, list) {
  const columns = shown(page), line = cells => cells.map(cell => String(cell ?? '').replace(/[\t\r\n]+/g, ' ')).join('\t');
  return [line(columns.map(column => column.heading)), ...list.map(row => line(columns.map(({ key }) => row[key])))].join('\n');
}

function print(page, list) {
  const columns = shown(page);
  const table = el('table', { id: 'print' },
    el('thead', {}, el('tr', {}, columns.map(({ heading }) => el('th', {}, heading)))),
    el('tbody', {}, list.map(row => el('tr', {}, columns.map(({ key }) => el('td', {}, said(key, row[key])))))));
  document.body.append(table);
  addEventListener('afterprint', () => table.remove(), { once: true });
  window.print();
}
