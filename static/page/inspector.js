// The drawer below the strip: what the last draw was understood as, what it asked, and what it cost.

import { colour } from './code.js';
import { el, number } from './cells.js';
import { $id, copy, tabs } from './parts.js';
import { post } from './request.js';

const ms = value => value === undefined || value === null ? '' : `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const PANELS = [['request', 'Request'], ['words', 'In words'], ['sql', 'SQL'], ['plan', 'Plan'], ['memory', 'Memory']];
let built = false, planOf;

export function toggle(page) {
  const drawer = $id('drawer');
  drawer.hidden = !drawer.hidden;
  $id('inspect').setAttribute('aria-expanded', !drawer.hidden);
  if (!drawer.hidden) inspect(page);
}

export function inspect(page) {
  const told = page.answer.inspector;
  if (!built) build(page);
  if (!told) return fill('sql', [el('p', {}, 'The server told nothing of this draw.')]);
  fill('request', request(told));
  fill('words', inWords(told, page.answer));
  fill('sql', told.statements.flatMap(statement => [title(statement), code(statement.sql)]));
  fill('memory', memory(told));
  planOf = undefined;
  fill('plan', [el('p', {}, 'Asking for the plan…')]);
  if (!$id('drawer-plan').hidden) plan(page);
  bars(page);
}

const fill = (name, nodes) => $id(`drawer-${name}`).replaceChildren(...nodes);

function build(page) {
  built = true;
  const list = el('div', { class: 'tabs' }, el('div', { role: 'tablist', 'aria-label': 'Inspector' }, PANELS.map(([name, words]) => el('button', { type: 'button', role: 'tab', id: `show-${name}`, 'aria-controls': `drawer-${name}`, 'aria-selected': String(name === 'sql'), tabindex: name === 'sql' ? 0 : -1 }, words))),
    el('button', { type: 'button', class: 'button' }, 'Copy'));
  const left = el('div', { class: 'told' }, list,
    PANELS.map(([name]) => el('div', { role: 'tabpanel', id: `drawer-${name}`, 'aria-labelledby': `show-${name}`, tabindex: 0, hidden: name !== 'sql' })));
  $id('drawer').append(left, el('div', { id: 'bars', role: 'group', 'aria-label': 'Where the time went' }));
  tabs(list, panel => panel.id === 'drawer-plan' && plan(page));
  list.querySelector('.button').addEventListener('click', ({ target }) => copy(text(left.querySelector('[role=tabpanel]:not([hidden])'), page), target));
}

const text = (panel, page) => panel.id === 'drawer-sql'
  ? page.answer.inspector.statements.map(({ purpose, sql }) => `-- ${purpose}\n${sql};\n`).join('\n')
  : panel.innerText;

const title = ({ purpose, milliseconds, rows }) => el('p', { class: 'purpose' }, el('b', {}, purpose), ` ${[ms(milliseconds), rows === undefined || rows === null ? '' : `${number(rows)} ${rows === 1 ? 'row' : 'rows'}`].filter(Boolean).join(' · ')}`);

function code(sql) {
  const made = el('code', { 'data-language': 'sql' }, sql);
  colour(made);
  return el('pre', {}, made);
}

const list = pairs => el('dl', {}, pairs.map(([term, value]) => el('div', {}, el('dt', {}, term), el('dd', {}, value))));

function request({ request: asked, database, order }) {
  return [list([
    ['database', database], ['draw', asked.draw], ['rows', `${asked.length} from row ${number(Number(asked.start) + 1)}`],
    ['search', wordsOf(asked.search)], ['order', (order ?? []).join(', ') || 'by primary key'], ['columns', [asked.columns ?? []].flat().map(wordsOf).join(', ')],
  ].map(([term, value]) => [term, String(value ?? '')]))];
}
const wordsOf = value => value && typeof value === 'object' ? value.value ?? value.data ?? value.name ?? JSON.stringify(value) : value || '–';

function inWords({ conditions = [], order = [], matched, total, rows }, answer) {
  return [
    conditions.length
      ? el('ol', {}, conditions.map(({ source, words }) => el('li', {}, el('span', { class: 'source-of' }, source), words)))
      : el('p', {}, 'Every row matches: nothing is searched or filtered.'),
    list([['order', order.join(', then ') || 'by primary key'], ['matched', `${number(matched ?? answer.recordsFiltered)} of ${number(total ?? answer.recordsTotal)}`], ['sent', `${number(rows ?? answer.data.length)} rows`]]),
  ];
}

function memory({ remembered = [] }) {
  if (!remembered.length) return [el('p', {}, 'Nothing was remembered for this draw.')];
  return [el('table', {}, el('thead', {}, el('tr', {}, ['what', 'used', 'why'].map(word => el('th', { scope: 'col' }, word)))),
    el('tbody', {}, remembered.map(({ what, used, why }) => el('tr', {}, el('td', {}, what), el('td', { class: used ? 'yes' : '' }, used ? 'used' : 'not used'), el('td', {}, why ?? '')))))];
}

// The plan is asked for when it is looked at: to make one, the database plans the statements again.
async function plan({ question }) {
  if (planOf === question) return;
  planOf = question;
  try {
    const answer = await (await post({ ...question, inspector: 'plan' })).json();
    if (planOf !== question) return;
    fill('plan', (answer.inspector?.statements ?? []).flatMap(statement => [title(statement),
      el('ul', { class: 'plan' }, (statement.plan ?? []).map(({ depth, text, detail }) => {
        const step = el('li', {}, text, detail ? el('span', {}, ` ${detail}`) : null);
        step.style.paddingLeft = `${depth * 1.25}rem`;
        return step;
      }))]));
  } catch { fill('plan', [el('p', {}, 'The plan could not be read.')]); planOf = undefined; }
}

// A bar for each stage, where it lies in the time from the request to the drawn rows.
function bars({ cost, answer }) {
  const { stages, total, browser } = cost, server = total?.ms ?? 0, within = stages.filter(stage => stage !== total);
  const known = within.reduce((sum, stage) => sum + stage.ms, 0);
  const rows = [
    ...within.map(stage => [stage.name === 'db' ? answer.inspector.database : stage.what || stage.name, stage.ms, stage.name]),
    server > known && ['request, conditions, rows and JSON', server - known, 'app'],
    ['network, browser', Math.max(browser - server, 0), 'web'],
  ].filter(Boolean);
  const longest = Math.max(...rows.map(([, time]) => time), 0.001);
  $id('bars').replaceChildren(...rows.map(([name, time, kind]) => {
    const bar = el('i', { class: kind });
    bar.style.width = `${Math.max(100 * time / longest, 0.5)}%`;
    return el('div', {}, el('span', {}, name), el('b', {}, ms(time)), el('span', { class: 'bar', 'aria-hidden': 'true' }, bar));
  }));
}
