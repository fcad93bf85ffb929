// Runs before the first paint: light or dark as the system says until the reader chooses, and how
// dense rows are.
const root = document.documentElement, system = matchMedia('(prefers-color-scheme: dark)');
const paint = theme => { root.dataset.bsTheme = theme ?? (system.matches ? 'dark' : 'light'); };
paint(localStorage.theme);
root.classList.toggle('compact', localStorage.density === 'compact');
system.addEventListener('change', () => paint(localStorage.theme));
document.addEventListener('click', ({ target }) => target.closest('#theme')
  && paint(localStorage.theme = root.dataset.bsTheme === 'dark' ? 'light' : 'dark'));
