const table = new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columns: [{ data: 'id' }, { data: 'name' }, { data: 'balance' }],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});
document.querySelector('#balance').addEventListener('input', ({ target }) => {
  table.column(2).search(target.value).draw();
});

table.on('xhr', (event, settings, answer) => {
  document.querySelector('#notices').textContent = answer?.notices?.join(' ') ?? '';
});
