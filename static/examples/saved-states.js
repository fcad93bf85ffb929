const table = new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columns: [
    { data: 'id' },
    { data: 'name' },
    { data: 'email' },
    { data: 'company' },
  ],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});

async function ask(action, more) {
  const answer = await fetch('../../api/states', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Requested-With': 'XMLHttpRequest' },
    body: JSON.stringify({ action, path: location.pathname, table: 'table', ...more }),
  });
  return (await answer.json()).data;
}

function restore({ search, order, length, page }) {
  table.search(search).order(order).page.len(length).page(page).draw('page');
}

async function list() {
  document.querySelector('#states').replaceChildren(...(await ask('state-read')).map(({ name, state }) => {
    const entry = document.createElement('li'), button = document.createElement('button');
    button.className = 'btn';
    button.textContent = name;
    button.addEventListener('click', () => restore(JSON.parse(state)));
    entry.append(button);
    return entry;
  }));
}

document.querySelector('#save').addEventListener('submit', async event => {
  event.preventDefault();
  const { length, page } = table.page.info();
  const state = { search: table.search(), order: table.order(), length, page };
  await ask('state-create', { name: event.target.name.value, state: JSON.stringify(state) });
  await list();
});
list();
