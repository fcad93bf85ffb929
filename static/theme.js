// Runs before the first paint: light or dark as the system says until the reader chooses, how dense
// rows are, and for how many of them, and for which filters, room is kept.
const root = document.documentElement, system = matchMedia('(prefers-color-scheme: dark)');
const paint = theme => { root.dataset.bsTheme = theme ?? (system.matches ? 'dark' : 'light'); };
paint(localStorage.theme);
root.classList.toggle('compact', localStorage.density === 'compact');
root.style.setProperty('--count', Math.min(Math.max(new URLSearchParams(location.search).get('rows') || 10, 10), 100));
root.classList.toggle('filtered', [...new URLSearchParams(location.search).keys()].some(key => !/^(q|order|page|rows|columns)$/.test(key)));
system.addEventListener('change', () => paint(localStorage.theme));
document.addEventListener('click', ({ target }) => target.closest('#theme')
  && paint(localStorage.theme = root.dataset.bsTheme === 'dark' ? 'light' : 'dark'));
