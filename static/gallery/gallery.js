// The copy buttons of the sources. The page's own script, shown beside them, is another file.
document.addEventListener('click', async ({ target }) => {
  const button = target.closest('.copy');
  if (!button) return;
  await navigator.clipboard.writeText(button.closest('.code').querySelector('code').textContent);
  button.firstChild.data = 'Copied';
  setTimeout(() => { button.firstChild.data = 'Copy'; }, 1500);
});
