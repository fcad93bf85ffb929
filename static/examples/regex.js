DataTable.ext.errMode = 'none'; // no alert(): the page shows the sentence itself
const table = new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columns: [
    { data: 'name' },
    { data: 'email' },
    { data: 'phone' },
    { data: 'city' },
  ],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
  search: { regex: true },
});
table.on('xhr', (event, settings, answer) => {
  document.querySelector('#sentence').textContent = answer?.error ?? '';
});
