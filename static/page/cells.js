// Builds what a cell shows. Whatever a row holds is put in as text, never as HTML; numbers and dates
// in the reader's own way; hits of the search are marked.

export const locale = navigator.language;
const money = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const whole = new Intl.NumberFormat(locale);
const utc = { dateStyle: 'medium', timeZone: 'UTC' };
const day = new Intl.DateTimeFormat(locale, utc);
const minute = new Intl.DateTimeFormat(locale, { ...utc, timeStyle: 'short' });
const LETTERS = { ø: 'o', ł: 'l', đ: 'd', æ: 'ae', œ: 'oe', ß: 'ss', ı: 'i' };
const EXACT = { id: true, balance: true };
const DATES = { birthday: true, created_at: true };

export const number = n => whole.format(n);

// Make an element: el('b', { class: 'x' }, 'text', node).
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, '');
    else if (value != null && value !== false) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter(child => child != null));
  return made;
}

// Say a value in the reader's own way.
export function said(key, value) {
  if (value === null || value === undefined) return '';
  if (key === 'balance') return money.format(value).replace('-', '\u2212');
  if (key === 'active') return value ? 'Active' : 'Inactive';
  if (key === 'birthday') return day.format(Date.parse(value));
  if (key === 'created_at') return minute.format(Date.parse(value));
  return key === 'id' ? whole.format(value) : String(value);
}

// ----- the words of a search, and where they are found

let words = [];

// Read what is searched for as the server does: words, "phrases", and !words that leave rows out.
export function searchFor(text) {
  words = [...text.matchAll(/(!?)(?:"([^"]+)"|(\S+))/g)]
    .filter(([, not]) => !not).map(([, , phrase, word]) => fold(phrase ?? word).text).filter(Boolean);
}

function fold(text) {
  let folded = '';
  const from = []; // where each folded character comes from
  for (let i = 0; i < text.length;) {
    const letter = String.fromCodePoint(text.codePointAt(i));
    const plain = letter.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
    for (const part of [...plain].map(c => LETTERS[c] ?? c).join('')) { folded += part; for (const _ of part.split('')) from.push(i); }
    i += letter.length;
  }
  return { text: folded, from: [...from, text.length] };
}

function hits(key, raw, shown) {
  if (!words.length || raw === null || raw === undefined) return [];
  if (EXACT[key]) return words.some(word => Number(word) === raw) ? [[0, shown.length]] : [];
  if (DATES[key]) return words.some(word => /^\d{4}(-\d\d){0,2}$/.test(word) && raw.startsWith(word)) ? [[0, shown.length]] : [];
  if (key === 'active') return [];
  const { text, from } = fold(shown);
  const found = [];
  for (const word of words) {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) found.push([from[at], from[at + word.length]]);
  }
  return found.sort((a, b) => a[0] - b[0]);
}

// A text with its hits in <mark>; a long one from the word before the first hit on, if that is asked for.
function marked(key, row, short = false) {
  const shown = said(key, row[key]), parts = document.createDocumentFragment();
  let done = 0;
  const [first] = short ? hits(key, row[key], shown) : [];
  if (first?.[0] > 8) {
    done = shown.lastIndexOf(' ', first[0] - 2) + 1;
    if (done > 0) parts.append('…');
  }
  for (const [start, end] of hits(key, row[key], shown)) {
    if (end <= done) continue;
    parts.append(shown.slice(done, Math.max(start, done)), el('mark', {}, shown.slice(Math.max(start, done), end)));
    done = end;
  }
  parts.append(shown.slice(done));
  return parts;
}

// The first column out of sight in which a word is found that no visible column has.
function elsewhere(row, visible) {
  const has = (key, word) => row[key] !== null && row[key] !== undefined && key !== 'DT_RowId'
    && hits(key, row[key], said(key, row[key])).length && fold(said(key, row[key])).text.includes(word);
  const seen = [...visible, 'name', 'email'];
  const lost = words.filter(word => !seen.some(key => has(key, word)));
  return lost.length ? Object.keys(row).find(key => !seen.includes(key) && lost.some(word => has(key, word))) : undefined;
}

// ----- one person, one cell; the others

const HUES = 9;
const initials = name => [...name.matchAll(/(?:^|[\s'"(-])(\p{L})/gu)].map(m => m[1]).filter((_, i, all) => i === 0 || i === all.length - 1).join('').toUpperCase() || '·';

function person(row, { visible, heading }) {
  const hidden = words.length ? elsewhere(row, visible) : undefined;
  const second = hidden
    ? el('span', { class: 'second' }, el('i', {}, `matched in ${heading(hidden)} `), marked(hidden, row, true))
    : el('span', { class: 'second email' }, marked('email', row));
  return el('span', { class: 'person' },
    el('span', { class: `disc hue-${row.id % HUES}`, 'aria-hidden': 'true' }, initials(row.name ?? '')),
    el('span', { class: 'who' },
      el('button', { type: 'button', class: 'name', 'aria-expanded': 'false' }, marked('name', row)), second));
}

const LATIN = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
let codes; // by name; codes that are out of use lead to another region

function countryCode(name) {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  codes ??= new Map(LATIN.flatMap(a => LATIN.map(b => a + b))
    .filter(code => names.of(code) && new Intl.Locale(`und-${code}`).region === code).map(code => [names.of(code), code]));
  return codes.get(name);
}

const SPECIAL = {
  id: row => [el('input', { type: 'checkbox', 'aria-label': `Select ${row.name}` }), el('span', { class: 'value' }, marked('id', row))],
  name: person,
  country: row => row.country === null ? [] : [el('abbr', { class: 'badge-code', 'aria-hidden': 'true' }, countryCode(row.country) ?? '··'), el('span', { class: 'value' }, marked('country', row))],
  balance: row => row.balance === null ? [] : [el('span', { class: row.balance < 0 ? 'minus' : null }, marked('balance', row))],
  active: row => [el('span', { class: row.active ? 'pill good' : 'pill' }, marked('active', row))],
};

// What a column shows of a row.
export function cell(key, row, around) {
  const built = el('div', { class: 'cell' });
  built.append(...[SPECIAL[key]?.(row, around) ?? marked(key, row)].flat());
  return built;
}

export const details = (row, key) => marked(key, row);
