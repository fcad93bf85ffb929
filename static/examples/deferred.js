new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  deferLoading: Number(document.querySelector('#table').dataset.total),
  columns: [{ data: 'id' }, { data: 'name' }, { data: 'email' }],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});
