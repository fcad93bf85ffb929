new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columns: [
    { data: 'country', visible: false },
    { data: 'city' },
    { data: 'name' },
    { data: 'balance' },
  ],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
  orderFixed: [[0, 'asc']],
  order: [[1, 'asc']],
  rowGroup: { dataSrc: 'country' },
});
