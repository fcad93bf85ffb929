// Small parts that several modules of the page need: copying, saying, tabs, menus, libraries on demand.

import { el } from './cells.js';

export const $id = id => document.getElementById(id);

// Say a sentence to screen readers; nothing moves.
export const say = sentence => { $id('said').textContent = sentence; };

// Copy a text and say so on the button that asked for it.
export async function copy(text, button, done = 'Copied') {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // an address without https has no clipboard
    const box = el('textarea', { class: 'visually-hidden' }, text);
    document.body.append(box);
    box.select();
    document.execCommand('copy');
    box.remove();
  }
  flash(button, done);
}

// Show another word on a button for a moment, as wide as before.
export function flash(button, word) {
  const before = button.dataset.word ??= button.textContent;
  button.style.minWidth = `${button.offsetWidth}px`;
  button.textContent = word;
  say(word);
  clearTimeout(button.timer);
  button.timer = setTimeout(() => { button.textContent = before; button.style.minWidth = ''; }, 1600);
}

// Make a tab list work: click, arrows, Home and End; call shown(panel) for each panel that is opened.
export function tabs(root, shown = () => {}) {
  const all = [...root.querySelectorAll('[role=tab]')];
  const choose = (tab, focus = true) => {
    for (const each of all) {
      each.setAttribute('aria-selected', each === tab);
      each.tabIndex = each === tab ? 0 : -1;
      $id(each.getAttribute('aria-controls')).hidden = each !== tab;
    }
    if (focus) tab.focus();
    shown($id(tab.getAttribute('aria-controls')));
  };
  const steps = { ArrowRight: 1, ArrowLeft: -1 };
  root.addEventListener('click', ({ target }) => all.includes(target) && choose(target));
  root.addEventListener('keydown', event => {
    const at = all.indexOf(event.target);
    if (at < 0 || !(event.key in steps || event.key === 'Home' || event.key === 'End')) return;
    const next = event.key === 'Home' ? 0 : event.key === 'End' ? all.length - 1 : at + steps[event.key];
    event.preventDefault();
    event.stopPropagation();
    choose(all[(next + all.length) % all.length]);
  });
  return choose;
}

// Menus close with Escape, and when something else is pressed or has the focus.
for (const left of ['pointerdown', 'focusin']) {
  document.addEventListener(left, ({ target }) => {
    for (const menu of document.querySelectorAll('details.menu[open]')) {
      const around = left === 'focusin' && target.contains(menu); // pressing a label's words focuses what is around it
      if (!menu.contains(target) && !around) menu.open = false;
    }
  });
}
document.addEventListener('keydown', event => {
  const menu = event.key === 'Escape' && document.activeElement.closest?.('details.menu[open]');
  if (!menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});

const loaded = new Map();

// Load a library's script or sheet from static/vendor, once.
export function library(name) {
  if (!loaded.has(name)) loaded.set(name, new Promise((done, failed) => {
    const src = new URL(`../vendor/${name}`, import.meta.url).href;
    const node = name.endsWith('.css') ? el('link', { rel: 'stylesheet', href: src }) : el('script', { src });
    node.onload = done;
    node.onerror = () => failed(new Error(`${name} can't be loaded`));
    document.head.append(node);
  }));
  return loaded.get(name);
}
