// One view of two tables: each draw goes to both endpoints, one after the other.
import { History } from './history.js';
import { Side, LENGTH } from './side.js';

const $id = id => document.getElementById(id);
const all = selector => [...document.querySelectorAll(selector)];
const [stock, ours] = ['stock', 'ours'].map(key => new Side(key));
const history = new History($id('plot'), $id('medians'));
const view = { search: '', order: ['name', 'asc'], page: 0 };
let running = new AbortController(), turn = 0;

// Draw the view on both sides; what was asked before is not wanted any more.
async function draw() {
  running.abort();
  const { signal } = running = new AbortController();
  show();
  for (const side of turn++ % 2 ? [stock, ours] : [ours, stock]) {
    await side.ask(view, signal);
    if (signal.aborted) return false;
    show();
  }
  history.add(time(stock), time(ours));
  return true;
}

function change(changes) {
  Object.assign(view, changes);
  return draw();
}

// The server's own time where both tell it, else the browser's: never one against the other.
const told = () => [stock, ours].every(side => side.answer?.server ?? side.waiting ?? side.failed);
const time = side => side.answer && (told() ? side.answer.server : side.answer.browser);
const format = n => n.toLocaleString([], n < 10 ? { minimumFractionDigits: 1, maximumFractionDigits: 1 } : { maximumFractionDigits: 0 });

function pages() {
  const total = ours.answer?.filtered ?? stock.answer?.filtered ?? 0;
  return Math.max(1, Math.ceil(total / LENGTH));
}

function show() {
  $id('search').value === view.search || ($id('search').value = view.search);
  $id('order').value = view.order.join(' ');
  $id('page').value = view.page + 1;
  $id('pages').textContent = pages().toLocaleString();
  for (const button of all('[data-go]')) {
    const back = ['first', 'previous'].includes(button.dataset.go);
    button.disabled = back ? view.page === 0 : view.page >= pages() - 1;
  }
  const rows = ours.answer?.total ?? stock.answer?.total;
  if (rows) for (const node of all('[data-rows]')) node.textContent = `${rows.toLocaleString()} users`;
  race();
}

function race() {
  const [theirs, own] = [time(stock), time(ours)];
  const most = Math.max(theirs ?? 0, own ?? 0);
  for (const side of [stock, ours]) side.bar(time(side) ?? null, most, format);
  $id('clock').textContent = told() && stock.answer && ours.answer
    ? 'Times are the server’s, from reading the request to having the answer, as it says itself in Server-Timing.'
    : 'Times are the browser’s, from sending the request to having the whole answer.';
  const both = theirs && own, faster = both && theirs >= own;
  $id('times').textContent = both ? `${format(faster ? theirs / own : own / theirs)}×` : '–';
  $id('than').textContent = both ? `${faster ? 'faster' : 'slower'}, this draw` : 'this draw';
  $id('verdict').replaceChildren(...(stock.answer && ours.answer ? verdict() : []));
}

// What the two answers have in common, and what they have not.
function verdict() {
  const [a, b] = [stock.answer, ours.answer], says = [];
  const same = a.ids.filter(id => b.ids.includes(id)).length;
  says.push(a.filtered === b.filtered ? ['good', `Same total: ${b.filtered.toLocaleString()}`]
    : ['', `Totals differ: ${a.filtered.toLocaleString()} against ${b.filtered.toLocaleString()}`]);
  const equal = a.ids.length === b.ids.length && a.ids.every((id, i) => id === b.ids[i]);
  says.push(equal ? ['good', 'Same rows in the same order']
    : ['', `${same} of ${b.ids.length} rows are on both pages`]);
  for (const { answer, name } of [stock, ours]) {
    const { length } = answer.repeated;
    if (length) says.push(['bad', `${name}: ${length} ${length === 1 ? 'row of this page was' : 'rows of this page were'} on another page already`]);
  }
  return says.map(([kind, text]) => Object.assign(document.createElement('span'), { className: `pill ${kind}`, textContent: text }));
}

// Scenarios, one or all; what a reader does meanwhile ends them.
async function play({ search, order, at, pages: many }) {
  const known = search ? 1 : Math.ceil((ours.answer?.total ?? stock.answer?.total ?? LENGTH) / LENGTH);
  const page = Math.round(Number(at) * (known - 1));
  for (let more = 0; more < many; more += 1) {
    const done = await change({ search, order: order.split(' '), page: page + more });
    if (!done) return false;
  }
  return true;
}
const scenarios = all('[data-at]');
for (const button of scenarios) button.addEventListener('click', () => play(button.dataset));
$id('all').addEventListener('click', async () => {
  for (const button of scenarios) {
    button.classList.add('playing');
    const done = await play(button.dataset);
    button.classList.remove('playing');
    if (!done) return;
  }
});

let typing;
$id('search').addEventListener('input', ({ target }) => {
  clearTimeout(typing);
  typing = setTimeout(() => change({ search: target.value, page: 0 }), 250);
});
$id('order').addEventListener('change', ({ target }) => change({ order: target.value.split(' '), page: 0 }));
$id('page').addEventListener('change', ({ target }) => {
  const wanted = Math.trunc(Number(target.value.replace(/\D/g, ''))) || 1;
  change({ page: Math.min(wanted, pages()) - 1 });
});
$id('ask').addEventListener('submit', event => event.preventDefault());
const GO = { first: () => 0, previous: () => view.page - 1, next: () => view.page + 1, last: () => pages() - 1 };
for (const button of all('[data-go]')) {
  button.addEventListener('click', () => change({ page: GO[button.dataset.go]() }));
}
draw();
