const table = new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columns: [
    { data: 'name' },
    { data: 'email' },
    { data: 'balance' },
    { data: 'country' },
  ],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});

table.on('draw', () => {
  document.querySelector('#export').search = encodeURIComponent(JSON.stringify(table.ajax.params()));
});
