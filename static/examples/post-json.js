new DataTable('#table', {
  serverSide: true,
  ajax: {
    url: 'rows',
    type: 'POST',
    submitAs: 'json',
    contentType: 'application/json',
  },
  columns: [
    { data: 'id' },
    { data: 'name' },
    { data: 'email' },
    { data: 'company' },
    { data: 'birthday' },
    { data: 'city' },
    { data: 'country' },
  ],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});
