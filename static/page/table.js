// The table of the main page. What is needed for the first rows is here and in the modules imported
// at the top; the rest is loaded when it is first used.

import { toQuery, toState, needs, show } from './address.js';
import { cell, el, number, said, searchFor } from './cells.js';
import { keyboard } from './keyboard.js';
import { $id, copy, tabs } from './parts.js';
import { ask } from './request.js';

const lazy = {
  chips: () => import('./chips.js'),
  filters: () => import('./filters.js'),
  rows: () => import('./rows.js'),
  inspector: () => import('./inspector.js'),
  exports: () => import('./exports.js'),
  views: () => import('./views.js'),
  code: () => import('./code.js'),
  nothing: () => import('./nothing.js'),
};

const columns = [...document.querySelectorAll('#users th')].map(({ textContent, dataset }) => (
  { key: dataset.key, kind: dataset.kind, heading: textContent, visible: !('hidden' in dataset) }));
const heading = key => columns.find(column => column.key === key).heading;
const busy = value => $id('users').setAttribute('aria-busy', value);

// What the modules share: the table, its columns, and the last question and answer.
export const page = { columns, heading, question: null, answer: null, cost: null, relation: undefined };
const visible = () => columns.filter((_, i) => page.table.column(i).visible()).map(column => column.key);
let shownPage = 0, wantedPage = 0, leaving = false;

// ----- asking and showing

function request(question, draw) {
  searchFor(question.search.value);
  ask(question, (answer, cost) => {
    for (const option of answer.columnControl?.active ?? []) option.label = said('active', option.value);
    if (question.length < 0 && answer.data.length < answer.recordsFiltered) page.table.page.len(answer.data.length); // cut
    Object.assign(page, { question, answer, relation: answer.recordsFilteredRelation });
    draw(answer);
    shownPage = page.table.page();
    page.cost = { ...cost, browser: performance.now() - cost.started };
    showAround();
    if (hideFailure()) $id('search').focus();
  }, fail);
}

function fail(sentence) {
  page.table.page(Math.min(shownPage, wantedPage = page.table.page())); // or a second click asks nothing
  $id('failure').hidden = false;
  $id('failure').querySelector('p').textContent = sentence;
  $id('users').classList.add('failed');
  busy('false');
}

function hideFailure() {
  const focused = $id('failure').contains(document.activeElement);
  $id('failure').hidden = true;
  $id('users').classList.remove('failed');
  return focused;
}

function showAround() {
  const { answer, cost } = page;
  $id('size').textContent = number(answer.recordsTotal);
  $id('info').replaceChildren(...info(page.table.page.info(), answer));
  $id('notices').replaceChildren(...(answer.notices ?? []).map(notice => el('li', {}, notice)),
    ...(page.question.length < 0 && answer.data.length < answer.recordsFiltered && $id('export')
      ? [el('li', {}, el('button', { type: 'button', class: 'button plain', id: 'export-all' }, 'Export all of them'))] : []));
  showCost(answer, cost);
  const term = page.table.search();
  if (document.activeElement !== $id('search')) $id('search').value = term;
  $id('length').value = page.table.page.len();
  $id('page').value = number(page.table.page() + 1);
  $id('page').disabled = page.table.page.info().pages < 2;
  $id('sort').value = (([index, direction]) => `${columns[index]?.key}:${direction}`)(page.table.order()[0] ?? []);
  if ($id('export')) $id('export-count').textContent = total(answer);
  document.documentElement.classList.toggle('filtered', Boolean(filtered(page.question)));
  if (filtered(page.question) || $id('chips').children.length) lazy.chips().then(({ chips }) => chips(page));
  document.documentElement.style.setProperty('--count', 10);
  if (!answer.data.length) lazy.nothing().then(({ nothing }) => nothing(term));
  const roving = document.querySelector('#users tbody tr[id]');
  if (roving) roving.tabIndex = 0;
}

const filtered = ({ columns, searchBuilder }) => searchBuilder?.criteria
  || columns.some(({ columnControl: { search, list } = {} }) => search?.value || /empty/i.test(search?.logic) || Object.keys(list ?? {}).length);
const total = answer => number(answer.recordsFiltered) + (page.relation ? '+' : '');

function info({ start, end }, { recordsFiltered, recordsTotal }) {
  const all = recordsFiltered === recordsTotal;
  if (!recordsFiltered) return [`No matching users · ${number(recordsTotal)} in all`];
  return [`${number(start + 1)} to ${number(end)} of `, el('b', {}, total(page.answer)), all ? ' users' : ` matching · ${number(recordsTotal)} in all`];
}

// ----- what the draw cost

const REMEMBERED = { recordsTotal: 'total', recordsFiltered: 'count', options: 'lists' };
function showCost(answer, { db, bytes, browser }) {
  const database = $id('users').dataset.database;
  const ms = n => `${n < 10 ? n.toFixed(1) : Math.round(n)} ms`;
  const statements = Number.parseInt(db?.what, 10);
  const remembered = (answer.inspector?.remembered ?? []).filter(({ used }) => used).map(({ what }) => REMEMBERED[what] ?? what);
  const parts = [
    db?.what, db && `${ms(db.ms)} in ${database}`,
    `${number(answer.data.length)} of ${number(answer.recordsTotal)} rows`,
    remembered.length && `${remembered.slice(0, 2).join(', ')} remembered`,
    `${(bytes / 1000).toFixed(1)} kB`, `browser ${Math.round(browser)} ms`,
  ].filter(Boolean);
  $id('cost').replaceChildren(...parts.map(part => el('li', {}, part)));
  $id('figure-time').textContent = ms(db?.ms ?? browser);
  $id('figure-where').textContent = db ? `last draw, in ${database}` : 'last draw, in the browser';
  if (statements >= 0) {
    $id('figure-statements').textContent = statements;
    $id('figure-statements-word').textContent = statements === 1 ? 'statement' : 'statements';
  }
  $id('figure-rows').textContent = number(answer.recordsTotal);
  $id('inspect').hidden = !answer.inspector;
  if (!$id('drawer').hidden) lazy.inspector().then(({ inspect }) => inspect(page));
  if (answer.inspector) $id('sql').textContent = answer.inspector.statements.map(({ sql }) => `${sql};`).join('\n\n');
  if (!$id('code-sql').hidden) lazy.code().then(({ paint }) => paint($id('code-sql')));
}

// ----- the table

DataTable.ext.errMode = (_, code, message) => console.error(message); // never alert()
const skeleton = '<div class="skeleton" aria-label="Loading">' + '<div><i></i><i></i><i></i><i></i><i></i></div>'.repeat(10) + '</div>';

async function start() {
  const state = toState(location.search, columns), need = needs(state);
  const filters = need.columns || need.builder ? await lazy.filters() : undefined, options = await filters?.prepare(need);
  $id('search').value = state.search.search;
  page.table = new DataTable('#users', {
    serverSide: true, ajax: request, autoWidth: false, typeDetect: false, orderMulti: true,
    columns: columns.map(column => ({
      data: column.key, name: column.key, className: column.key, visible: column.visible, searchBuilderType: { text: 'string', list: 'string', number: 'num', date: 'day' }[column.kind],
      columnControl: need.columns ? filters.control(column.kind) : undefined, orderSequence: ['asc', 'desc'],
      render: (value, type, row) => type === 'display' ? cell(column.key, row, { visible: visible(), heading }) : value,
    })),
    ...options,
    stateSave: true, stateDuration: -1,
    stateLoadCallback: () => state,
    stateSaveCallback: (_, saved) => { if (!leaving) show(toQuery(saved, columns), document.activeElement === $id('search')); },
    layout: { topStart: null, topEnd: null, bottomStart: () => $id('below'), bottomEnd: ['paging', () => $id('go')] },
    language: { loadingRecords: skeleton, emptyTable: '', zeroRecords: '', paginate: { first: '«', previous: '‹', next: '›', last: '»' } },
    formatNumber: number,
    createdRow: (tr, row) => { tr.tabIndex = -1; tr.classList.toggle('inactive', !row.active); },
  });
  Object.assign($id('users').parentNode, { id: 'rows', role: 'region', ariaLabel: 'Rows', tabIndex: 0 });
  $id('below').closest('.dt-layout-row').classList.add('foot');
  funnels(need.columns);
  keyboard(page);
  if (need.builder) page.table.one('init', () => filters.show(page, false));
}

// A button in each heading opens ColumnControl's filter; the library is loaded with the first press.
function funnels(there) {
  if (there) return;
  const headings = page.table.columns().header().toArray();
  headings.forEach((th, index) => th.querySelector('.dt-column-header').append(
    el('button', { type: 'button', class: 'funnel', 'aria-label': `Filter by ${heading(th.dataset.key)}`, 'data-index': index })));
  const header = page.table.table().header();
  header.addEventListener('keypress', event => { if (event.target.matches('.funnel')) event.stopPropagation(); }, true); // or Enter sorts
  header.addEventListener('click', async event => {
    const funnel = event.target.closest('.funnel');
    if (!funnel) return;
    event.stopPropagation();
    (await lazy.filters()).open(page, funnel);
  }, true);
}

// ----- what can be pressed

let waiting;
$id('search').addEventListener('input', ({ target }) => {
  clearTimeout(waiting);
  waiting = setTimeout(() => page.table.search(target.value).draw(), 250);
});
$id('search').addEventListener('keydown', event => {
  if (event.key === 'Enter') { clearTimeout(waiting); page.table.search(event.target.value).draw(); }
});
const search = term => { $id('search').value = term; $id('search').focus(); page.table.search(term).draw(); };
$id('users').addEventListener('click', ({ target }) => {
  if (target.closest('.example')) return search(target.textContent);
  if (target.closest('.clear')) return search('');
  if (target.closest('tbody tr[id]')) lazy.rows().then(({ pressed }) => pressed(page, target));
});
$id('users').addEventListener('keydown', event => { // DataTables' heading buttons know Enter only
  if (event.key === ' ' && event.target.matches('.dt-column-order')) { event.preventDefault(); event.target.click(); }
});
$id('retry').addEventListener('click', () => page.table.page(wantedPage).draw('page'));
$id('length').addEventListener('change', ({ target }) => page.table.page.len(Number(target.value)).draw());
$id('sort').addEventListener('change', ({ target }) => {
  const [key, direction] = target.value.split(':');
  page.table.order([[columns.findIndex(column => column.key === key), direction]]).draw();
});
$id('go').addEventListener('submit', event => {
  event.preventDefault();
  const wanted = Number($id('page').value.replace(/\D/g, '')) || 1, { pages } = page.table.page.info();
  page.table.page(Math.min(Math.max(wanted, 1), pages) - 1).draw('page');
});
document.addEventListener('click', ({ target }) => target.closest('.ellipsis') && $id('page').select());
const shownColumns = () => {
  const shown = visible();
  for (const box of $id('columns').querySelectorAll('input')) box.checked = shown.includes(box.value);
  $id('columns').querySelector('.figures').textContent = `${shown.length}/${columns.length}`;
  $id('users').classList.toggle('has-email', shown.includes('email'));
};
$id('columns').addEventListener('change', ({ target }) => {
  page.table.column(`${target.value}:name`).visible(target.checked);
  page.table.draw('page'); // the cell of a person says where a hidden column matched
});
$id('density').addEventListener('click', ({ target }) => {
  const compact = document.documentElement.classList.toggle('compact');
  localStorage.density = compact ? 'compact' : '';
  target.setAttribute('aria-pressed', compact);
});
$id('density').setAttribute('aria-pressed', document.documentElement.classList.contains('compact'));
$id('link').addEventListener('click', ({ target }) => copy(location.href, target, 'Link copied'));
$id('filter').addEventListener('click', async () => (await lazy.filters()).toggleBuilder(page));
$id('inspect').addEventListener('click', async () => (await lazy.inspector()).toggle(page));
$id('views').addEventListener('toggle', async () => $id('views').open && (await lazy.views()).list(page));
$id('export')?.addEventListener('toggle', async () => $id('export').open && (await lazy.exports()).menu(page));
$id('notices').addEventListener('click', ({ target }) => { if (target.id === 'export-all') $id('export').open = true; });
const code = document.querySelector('.code');
tabs(code, panel => lazy.code().then(({ paint }) => paint(panel)));
code.querySelector('[data-copy]').addEventListener('click', ({ target }) => copy(code.querySelector('[role=tabpanel]:not([hidden]) code').textContent, target));
new IntersectionObserver((seen, observer) => {
  if (!seen.some(entry => entry.isIntersecting)) return;
  observer.disconnect();
  lazy.code().then(({ paint }) => paint(code.querySelector('[role=tabpanel]:not([hidden])')));
}).observe(code);

addEventListener('popstate', async () => {
  const state = toState(location.search, columns), need = needs(state);
  if (need.columns || need.builder) await lazy.filters().then(({ ensure }) => ensure(page, need));
  apply(state);
});

// Show a state: from the history, or a saved view.
export function apply(state) {
  leaving = true;
  $id('search').value = state.search?.search ?? '';
  page.table.state(state);
  leaving = false;
  // DataTables keeps no page beyond the rows that it knows of, which are those of the view before.
  page.table.settings()[0].displayStartInit = state.start ?? 0;
  page.table.draw(false);
}

$(() => start().then(() => page.table.on('column-visibility draw', shownColumns)).catch(error => { fail('The page could not be built; please reload it.'); console.error(error); }));
