// Saved views: what is shown, kept on the server under a name. The demo has no accounts: everybody
// sees them all.

import { apply } from './table.js';
import { needs, toState } from './address.js';
import { el } from './cells.js';
import { $id, say } from './parts.js';

async function ask(action, more) {
  const response = await fetch(new URL('api/states', document.baseURI), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Requested-With': 'XMLHttpRequest' },
    body: JSON.stringify({ action, path: location.pathname, table: 'users', ...more }),
  });
  const answer = await response.json();
  if (answer.error) throw new Error(answer.error);
  return answer.data;
}

export async function list(page) {
  const box = $id('views').lastElementChild;
  try {
    show(page, box, await ask('state-read'));
  } catch (error) {
    box.replaceChildren(el('p', { class: 'note' }, `The views can't be read: ${error.message}`));
  }
}

function show(page, box, views) {
  const name = el('input', { class: 'field', name: 'name', 'aria-label': 'Name of the view', placeholder: 'Name this view', maxlength: 100, required: true, autocomplete: 'off' });
  const form = el('form', { class: 'save' }, name, el('button', { class: 'button primary' }, 'Save'));
  const wrong = el('p', { class: 'note', role: 'alert' });
  form.addEventListener('submit', async event => {
    event.preventDefault();
    try {
      await ask('state-create', { name: name.value, state: JSON.stringify(page.table.state()) });
      say(`The view ${name.value} is saved`);
      await list(page);
      $id('views').querySelector('input').focus();
    } catch (error) { wrong.textContent = error.message; }
  });
  box.replaceChildren(...views.map(view => row(page, view)),
    views.length ? '' : el('p', { class: 'note' }, 'No views yet. Search, filter and sort, then save what you see.'), form, wrong,
    el('p', { class: 'note' }, 'Everybody who opens this page sees its views.'));
}

function row(page, view) {
  const load = el('button', { type: 'button' }, view.name);
  const drop = el('button', { type: 'button', class: 'drop', 'aria-label': `Delete the view ${view.name}` }, '✕');
  load.addEventListener('click', async () => { $id('views').open = false; await restore(page, JSON.parse(view.state)); $id('views').querySelector('summary').focus(); });
  drop.addEventListener('click', async () => { await ask('state-remove', { ids: [view.id] }); say(`The view ${view.name} is deleted`); await list(page); $id('views').querySelector('input').focus(); });
  return el('div', { class: 'view' }, load, drop);
}

async function restore(page, saved) {
  const usual = toState('', page.columns);
  const state = { ...usual, ...saved, columnControl: { ...usual.columnControl, ...saved.columnControl }, searchBuilder: saved.searchBuilder ?? {} };
  const need = needs(state);
  if (need.columns || need.builder) await (await import('./filters.js')).ensure(page, need);
  apply(state);
}
