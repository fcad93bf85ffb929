// Shows what filters now, in words, each with a cross that takes it away.

import { complete } from './address.js';
import { el, number, said } from './cells.js';
import { $id } from './parts.js';

const LOGIC = {
  contains: 'contains', notContains: 'does not contain', equal: '=', notEqual: '≠', starts: 'starts with', ends: 'ends with',
  greater: '>', greaterOrEqual: '≥', less: '<', lessOrEqual: '≤', empty: 'is empty', notEmpty: 'is not empty',
};
const CONDITIONS = {
  '=': '=', '!=': '≠', '>': '>', '>=': '≥', '<': '<', '<=': '≤', contains: 'contains', '!contains': 'does not contain', starts: 'starts with',
  '!starts': 'does not start with', ends: 'ends with', '!ends': 'does not end with', between: 'between', '!between': 'not between', null: 'is empty', '!null': 'is not empty',
};
const kinds = { text: value => `“${value}”`, number: value => value && !Number.isNaN(Number(value)) ? number(Number(value)) : value };

export function chips(page) {
  const focused = $id('chips').contains(document.activeElement);
  $id('chips').replaceChildren(...[...ofColumns(page), ...ofBuilder(page)].map(({ words, drop }) => {
    const chip = el('button', { type: 'button', class: 'chip', 'aria-label': `Remove the filter ${words}` }, el('span', {}, words), el('span', { 'aria-hidden': 'true' }, '✕'));
    const item = el('li', {}, chip);
    chip.addEventListener('click', () => { // gone at once: the next press is for the next one
      const next = item.nextElementSibling ?? item.previousElementSibling;
      item.remove();
      (next?.querySelector('button') ?? $id('filter')).focus();
      drop();
    });
    return item;
  }));
  if (focused) ($id('chips').querySelector('button') ?? $id('filter')).focus();
}

function ofColumns({ question, columns, table }) {
  return question.columns.flatMap(({ columnControl: { search, list } = {} }, index) => {
    const { key, heading, kind } = columns[index], found = [];
    const picked = Object.values(list ?? {});
    if (picked.length) found.push(`${heading} is ${picked.map(value => value === '' ? 'empty' : said(key, value)).join(' or ')}`);
    if (search && /empty/i.test(search.logic)) found.push(`${heading} ${LOGIC[search.logic]}`);
    else if (search?.value) found.push(`${heading} ${kind === 'date' ? { greater: 'after', less: 'before', equal: 'is', notEqual: 'is not' }[search.logic] : LOGIC[search.logic]} ${(kinds[kind] ?? String)(search.value)}`);
    return found.map(words => ({ words, drop: () => table.column(index).columnControl.searchClear().draw() }));
  });
}

function ofBuilder({ table, answer, question }) {
  if (!question.searchBuilder?.criteria || !answer) return [];
  const details = table.searchBuilder.getDetails();
  return (details.criteria ?? []).filter(complete).map(criterion => ({
    words: say(criterion),
    drop: () => {
      const now = table.searchBuilder.getDetails(), gone = JSON.stringify(criterion);
      table.searchBuilder.rebuild({ ...now, criteria: (now.criteria ?? []).filter(each => JSON.stringify(each) !== gone) });
    },
  }));
}

const say = ({ criteria, logic, data, condition, value = [] }) => criteria
  ? `(${criteria.filter(complete).map(say).join(logic === 'OR' ? ' or ' : ' and ')})`
  : `${data} ${CONDITIONS[condition] ?? condition} ${value.join(' and ')}`.trim();
