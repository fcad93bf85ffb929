// A name with a dot is a path: the answer's rows hold an address each.
new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columns: [
    { data: 'name' },
    { data: 'email' },
    { data: 'address.street' },
    { data: 'address.city' },
    { data: 'address.country' },
  ],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});
