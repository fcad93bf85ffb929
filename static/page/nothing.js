// Says that nothing was found, and offers a way on.

import { el } from './cells.js';

const EXAMPLES = ['zoe berlin', '"united kingdom" !ltd', '1990-05', 'garcía'];
export function nothing(term) {
  document.querySelector('#users .dt-empty')?.replaceChildren(el('div', { class: 'empty' },
    el('p', { class: 'title' }, 'No users match ', term ? el('q', {}, term) : 'these filters'),
    el('p', {}, 'Words match in any order and any column; accents and case don’t matter.'),
    el('p', {}, 'Try ', ...EXAMPLES.map(example => el('button', { type: 'button', class: 'button example' }, example))),
    el('p', {}, term && el('button', { type: 'button', class: 'button clear' }, 'Clear the search'))));
}
