new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columns: ['name', 'email', 'address.street', 'address.city', 'address.country'].map(data => ({ data })),
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});
