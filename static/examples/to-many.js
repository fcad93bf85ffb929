new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columns: ['street', 'city', 'country', 'people', 'names'].map(data => ({ data })),
  order: [[3, 'desc']],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});
