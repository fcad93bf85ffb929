new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columns: [
    { data: 'id' },
    { data: 'name' },
    { data: 'email' },
    { data: 'birthday' },
  ],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});
