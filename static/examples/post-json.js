new DataTable('#table', {
  serverSide: true,
  ajax: { url: 'rows', type: 'POST', submitAs: 'json', contentType: 'application/json' },
  columns: ['id', 'name', 'email', 'company', 'birthday', 'city', 'country'].map(data => ({ data })),
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});
