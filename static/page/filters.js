// Loads the filters when they are first used: ColumnControl in the headings, SearchBuilder below the
// bar for compound ones.

import { $id, library } from './parts.js';

const CONTENT = { text: 'searchText', number: 'searchNumber', date: 'searchDateTime', list: 'searchList' };
const BUILDER = {
  depthLimit: 2, conditions: {},
  i18n: { title: { 0: 'Rows where', _: 'Rows where' }, add: 'Add a condition', clearAll: 'Clear all', data: 'Column', value: 'Value' },
};
const loaded = {};

// What ColumnControl shows in the heading of a kind of column.
export const control = kind => [{
  extend: 'dropdown', icon: 'search', iconActive: 'searchActive', text: 'Filter', content: [{ extend: CONTENT[kind], title: '[title]' }],
}];

// Load what a state needs before the table is made; return the options that make DataTables use it.
export async function prepare(need) {
  await load(need);
  if (need.columns) nameControls();
  return { searchBuilder: need.builder ? BUILDER : undefined };
}

// Load what is needed, and add it to a table that is there already.
export async function ensure(page, need) {
  const { table, columns } = page, missing = { columns: need.columns && !loaded.columns, builder: need.builder && !loaded.builder };
  await load(need);
  if (missing.columns) {
    delete table.state.loaded()?.columnControl; // it would be restored after the next draw, over what is chosen until then
    columns.forEach(({ kind }, index) => new DataTable.ColumnControl(table, index, { content: control(kind) }));
    for (const th of table.columns().header().toArray()) th.querySelector('.funnel')?.remove();
    nameControls();
  }
  if (missing.builder) {
    const builder = new DataTable.SearchBuilder(table, BUILDER);
    if (!builder.s.topGroup) builder._setUp(false); // it waits for a table that is not there yet
  }
  page.table = new DataTable.Api('#users'); // knows the libraries' methods
}

function load(need) {
  const folder = (extension, file) => library(`datatables-${extension}/${file}`);
  const both = async (extension, file) => {
    loaded[file === 'searchBuilder' ? 'builder' : 'columns'] = true;
    await Promise.all([folder(`${extension}-bs5`, `${file}.bootstrap5.min.css`), folder(extension, `dataTables.${file}.min.js`)]);
    await folder(`${extension}-bs5`, `${file}.bootstrap5.min.js`);
  };
  return Promise.all([need.columns && both('columncontrol', 'columnControl'), need.builder && both('searchbuilder', 'searchBuilder').then(dates)]);
}

// SearchBuilder's picker of dates is a library of DataTables 2; the browser has one of its own.
function dates() {
  const { Criteria } = DataTable, native = init => (...all) => {
    const made = init(...all);
    for (const part of [made].flat()) if (part.is('input')) part.attr('type', 'date');
    return made;
  };
  BUILDER.conditions.day ??= Object.fromEntries(Object.entries(Criteria.dateConditions).map(([name, condition]) => [name, {
    ...condition,
    init: /null/.test(name) ? condition.init : native(/between/.test(name) ? Criteria.init2Input : Criteria.initInput),
  }]));
}

// ColumnControl's fields have no names for screen readers, and no calendar without that library.
let naming = false;
function nameControls() {
  if (naming) return;
  naming = true;
  new MutationObserver(() => {
    for (const box of document.querySelectorAll('.dtcc-dropdown')) {
      const title = box.querySelector('.dtcc-search-title, .dtcc-list-title')?.textContent ?? '';
      for (const field of box.querySelectorAll('input, select')) field.setAttribute('aria-label', `${title} ${field.matches('select') ? 'comparison' : 'value'}`.trim());
      for (const field of box.querySelectorAll('.dtcc-searchDateTime input')) field.type = 'date';
      for (const clear of box.querySelectorAll('.dtcc-search-clear')) clear.setAttribute('aria-hidden', 'true');
    }
  }).observe(document.body, { childList: true, subtree: true });
}

// Open the filter of the heading whose button was pressed.
export async function open(page, funnel) {
  const th = page.table.column(Number(funnel.dataset.index)).header();
  await ensure(page, { columns: true });
  th.querySelector('.dtcc-button').click();
  document.querySelector('.dtcc-dropdown :is(input, button)')?.focus();
}

// Show or hide the compound filter.
export async function toggleBuilder(page) {
  await ensure(page, { builder: true });
  const box = $id('builder'), hidden = box.childElementCount > 0 && !box.hidden;
  show(page, !hidden);
  if (hidden) return;
  if (!box.querySelector('.dtsb-criteria')) box.querySelector('.dtsb-add')?.click();
  box.querySelector('select, button')?.focus();
}

// Put the compound filter below the bar.
export function show({ table }, visible) {
  const box = $id('builder');
  if (!box.childElementCount) {
    box.append(table.searchBuilder.container().get?.(0) ?? table.searchBuilder.container());
    new MutationObserver(() => nameCriteria(box)).observe(box, { childList: true, subtree: true });
  }
  box.hidden = !visible;
  $id('filter').setAttribute('aria-expanded', visible);
  nameCriteria(box);
}

const NAMES = { 'dtsb-data': 'Column', 'dtsb-condition': 'Condition', 'dtsb-value': 'Value', 'dtsb-logic': 'And or or', 'dtsb-delete': 'Remove this condition', 'dtsb-clearGroup': 'Remove this group', 'dtsb-right': 'Into a group', 'dtsb-left': 'Out of the group' };
function nameCriteria(box) {
  for (const field of box.querySelectorAll('[autocomplete=hacking]')) field.autocomplete = 'off'; // no word that HTML knows
  for (const [name, words] of Object.entries(NAMES)) {
    for (const field of box.querySelectorAll(`.${name}:not([aria-label])`)) field.setAttribute('aria-label', words);
  }
}
