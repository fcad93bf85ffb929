// Keeps what is shown in the page's address: a link, a reload, back and forward show the same view.
// An address: ?q=zoe&order=-balance&page=3&rows=25&columns=id,name&country=Germany&balance=greater:1000

const DEFAULT = { order: 'id', rows: 10 };

// Write a DataTables state as an address's query.
export function toQuery(state, columns) {
  const query = new URLSearchParams();
  const put = (name, value, usual = '') => { if (String(value) !== String(usual)) query.append(name, value); };
  put('q', state.search?.search ?? '');
  put('order', state.order.map(([name, direction]) => (direction === 'desc' ? '-' : '') + name).join(','), DEFAULT.order);
  put('page', state.length > 0 ? Math.floor(state.start / state.length) + 1 : 1, 1);
  put('rows', state.length, DEFAULT.rows);
  const shown = state.columns.filter(column => column.visible).map(column => column.name).join(',');
  put('columns', shown, columns.filter(column => column.visible).map(column => column.key).join(','));
  for (const { key, kind } of columns) {
    const { searchInput, searchList } = state.columnControl?.[key] ?? {};
    for (const value of searchList ?? []) query.append(key, value);
    if (kind !== 'list' && searchInput && (searchInput.value || /empty/i.test(searchInput.logic))) query.append(key, `${searchInput.logic}:${searchInput.value}`);
  }
  if (state.searchBuilder?.criteria?.some(complete)) query.append('where', JSON.stringify(finished(state.searchBuilder)));
  return query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
}

// Read an address's query as a DataTables state; what makes no sense is left out.
export function toState(text, columns) {
  const query = new URLSearchParams(text);
  const keys = columns.map(column => column.key);
  const length = Number.parseInt(query.get('rows'), 10) || DEFAULT.rows;
  const page = Math.max(1, Number.parseInt(query.get('page'), 10) || 1);
  const order = (query.get('order') ?? DEFAULT.order).split(',').map(term => [term.replace(/^-/, ''), term.startsWith('-') ? 'desc' : 'asc']);
  const shown = query.get('columns')?.split(',').filter(key => keys.includes(key));
  return {
    time: Date.now(),
    length,
    start: (page - 1) * Math.max(length, 0),
    order: order.filter(([key]) => keys.includes(key)),
    search: { search: query.get('q') ?? '' },
    columns: columns.map(({ key, visible }) => ({ name: key, visible: shown?.length ? shown.includes(key) : visible, search: { search: '' } })),
    columnControl: Object.fromEntries(columns.map(column => [column.key, filterOf(column, query)])),
    searchBuilder: criteria(query.get('where')),
  };
}

// Tell whether a criterion, or any of a group, filters already.
export const complete = ({ criteria, condition, value }) => criteria
  ? criteria.some(complete)
  : Boolean(condition) && (/null/.test(condition) || (value?.length > 0 && value.every(part => part !== '')));
const finished = group => ({ ...group, criteria: group.criteria.filter(complete).map(each => each.criteria ? finished(each) : each) });

function filterOf({ key, kind }, query) {
  if (kind === 'list') return { searchList: query.getAll(key).map(value => key === 'active' ? value === 'true' : value) };
  const [, logic, value] = /^(\w+):([^]*)$/.exec(query.get(key) ?? '') ?? [];
  const usual = kind === 'text' ? 'contains' : 'equal';
  return { searchInput: { logic: logic ?? usual, value: value ?? '', type: { text: 'text', number: 'num', date: 'date' }[kind] } };
}

function criteria(text) {
  try {
    const read = JSON.parse(text ?? '{}');
    return Array.isArray(read.criteria) ? read : {};
  } catch { return {}; }
}

// Tell which of the filters' libraries a state needs.
export const needs = state => ({
  columns: Object.values(state.columnControl).some(({ searchList, searchInput }) => searchList?.length || searchInput?.value || /empty/i.test(searchInput?.logic)),
  builder: state.searchBuilder.criteria?.length > 0,
});

let typed = false;

// Show a query in the address. Typing on in the search box changes the entry in the history, all else adds one.
export function show(query, typing) {
  const address = location.pathname + (query && `?${query}`) + location.hash;
  if (query === location.search.slice(1) || decodeURIComponent(address) === decodeURIComponent(location.pathname + location.search + location.hash)) return;
  history[typing && typed ? 'replaceState' : 'pushState'](null, '', address);
  typed = typing;
}
