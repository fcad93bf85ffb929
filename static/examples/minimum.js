// Cells are data, not HTML: the renderer shows them as text, whatever is stored.
new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columns: [{ data: 'id' }, { data: 'name' }, { data: 'email' }],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});
