DataTable.ext.errMode = 'none'; // no alert(): the sentence is shown on the page
const table = new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columns: [{ data: 'name' }, { data: 'email' }, { data: 'phone' }, { data: 'city' }],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
  search: { regex: true, smart: false },
});
table.on('xhr', (event, settings, answer) => {
  document.querySelector('#sentence').textContent = answer?.error ?? '';
});
