new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columns: [
    { data: 'street' },
    { data: 'city' },
    { data: 'country' },
    { data: 'people' },
    { data: 'names' },
  ],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
  order: [[3, 'desc']],
});
